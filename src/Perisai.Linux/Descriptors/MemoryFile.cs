using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Perisai.Linux.Interop;

namespace Perisai.Linux.Descriptors;

/// <summary>A file in memory that has no name and, once sealed, never changes: memfd_create(2), F_ADD_SEALS(2const).</summary>
public static unsafe class MemoryFile
{
    private const uint CloseOnExec = 1; // MFD_CLOEXEC
    private const uint AllowSealing = 2; // MFD_ALLOW_SEALING
    private const int AddSeals = 1033; // F_ADD_SEALS
    private const nint AllSeals = 1 | 2 | 4 | 8; // F_SEAL_SEAL, _SHRINK, _GROW, _WRITE

    /// <summary>Makes an empty one. Returns 0 or an error number.</summary>
    public static int Create(out SafeFileHandle file)
    {
        fixed (byte* name = "perisai\0"u8)
        {
            var descriptor = LibC.CreateMemoryFile(name, CloseOnExec | AllowSealing);
            file = new(descriptor, ownsHandle: true);
            return descriptor >= 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Lets nobody write to it, lengthen or shorten it any more, its maker included. Returns 0 or an error number.</summary>
    public static int Seal(SafeFileHandle file)
    {
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            return LibC.ControlFile((int)file.DangerousGetHandle(), AddSeals, AllSeals) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        finally
        {
            if (added)
                file.DangerousRelease();
        }
    }
}
