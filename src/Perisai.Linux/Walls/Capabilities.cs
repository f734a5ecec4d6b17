using System.Runtime.InteropServices;
using Perisai.Linux.Interop;

namespace Perisai.Linux.Walls;

/// <summary>
/// capabilities(7) of the calling thread. The structures of capset(2) are those of version 3 (include/uapi/linux/capability.h): a header of
/// version and thread, then effective, permitted and inheritable sets of 32 bits, twice.
/// </summary>
internal static unsafe class Capabilities
{
    private const uint Version3 = 0x20080522;
    private const int DropFromBoundingSet = 24;
    private const int Ambient = 47;
    private const nuint ClearAll = 4;

    /// <summary>More than any kernel has; it answers EINVAL from its last one on.</summary>
    private const int Most = 64;

    private static nint SetNumber => SystemCallTable.IsArm ? 91 : 126;

    /// <summary>Takes what could come back from the bounding set. It needs a capability, which an ordinary user lacks (EPERM).</summary>
    public static int DropBounds()
    {
        for (nuint capability = 0; capability < Most; capability++)
        {
            if (LibC.ControlProcess(DropFromBoundingSet, capability, 0, 0, 0) == 0)
                continue;
            var error = Marshal.GetLastPInvokeError();
            return error == Errno.Invalid ? 0 : error;
        }

        return 0;
    }

    /// <summary>Empties every other set.</summary>
    public static int DropAll()
    {
        // EINVAL before Linux 4.3, which had no ambient set.
        if (LibC.ControlProcess(Ambient, ClearAll, 0, 0, 0) != 0 && Marshal.GetLastPInvokeError() is var error and not Errno.Invalid)
            return error;
        var header = stackalloc uint[] { Version3, 0 };
        var sets = stackalloc uint[6];
        new Span<uint>(sets, 6).Clear();
        return LibC.SystemCall(SetNumber, (nuint)header, (nuint)sets, 0, 0, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }
}
