using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Perisai.Linux.Interop;

namespace Perisai.Linux;

/// <summary>
/// Opens and examines files by raw names, relative to an open directory, so that neither a name that is not UTF-8 nor a path longer
/// than PATH_MAX nor a directory that is moved meanwhile leads astray. Returns 0 or an error number (<see cref="Errno"/>).
/// </summary>
public static unsafe partial class LinuxFile
{
    private const int CurrentDirectory = -100;
    private const int NoFollowStatus = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStatus = 0x7FF;

    /// <summary>Rights of files that are made here: read and write for their owner.</summary>
    private const int OwnerOnly = 0x180;

    /// <summary>Opens for reading. Never waits: neither for the writer of a pipe nor for a device.</summary>
    /// <param name="directory">Where a relative name begins; null for the current directory.</param>
    /// <param name="name">With a zero byte at its end.</param>
    /// <param name="followLink">Whether a symbolic link is followed; otherwise it is an error (ELOOP).</param>
    /// <param name="handle">The open file.</param>
    public static int Open(SafeFileHandle? directory, ReadOnlySpan<byte> name, bool followLink, out SafeFileHandle handle) =>
        Open(directory, name, OpenFlags.ReadOnly | OpenFlags.NonBlocking | (followLink ? 0 : OpenFlags.NoFollow), out handle);

    /// <summary>Opens a directory for listing.</summary>
    /// <inheritdoc cref="Open(SafeFileHandle?, ReadOnlySpan{byte}, bool, out SafeFileHandle)"/>
    public static int OpenDirectory(SafeFileHandle? directory, ReadOnlySpan<byte> name, bool followLink, out SafeFileHandle handle) =>
        Open(directory, name, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.Directory | (followLink ? 0 : OpenFlags.NoFollow), out handle);

    /// <summary>The status of an open file.</summary>
    public static int Status(SafeFileHandle file, out FileStatus status)
    {
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            return Status((int)file.DangerousGetHandle(), "\0"u8, EmptyPath, out status);
        }
        finally
        {
            if (added)
                file.DangerousRelease();
        }
    }

    /// <summary>The status of a name.</summary>
    /// <param name="directory">Where a relative name begins; null for the current directory.</param>
    /// <param name="name">With a zero byte at its end.</param>
    /// <param name="followLink">Of a symbolic link's target, or of the link itself.</param>
    /// <param name="status">What the kernel says.</param>
    public static int Status(SafeFileHandle? directory, ReadOnlySpan<byte> name, bool followLink, out FileStatus status)
    {
        var added = false;
        try
        {
            directory?.DangerousAddRef(ref added);
            return Status(DescriptorOf(directory), name, followLink ? 0 : NoFollowStatus, out status);
        }
        finally
        {
            if (added)
                directory!.DangerousRelease();
        }
    }

    /// <summary>The magic number of the file system that an open file lies on; 0 where it cannot be told.</summary>
    public static uint FileSystemMagic(SafeFileHandle file)
    {
        var buffer = stackalloc nuint[32];
        return LibC.FileSystemStatus(file, buffer) == 0 ? (uint)buffer[0] : 0;
    }

    private static int Open(SafeFileHandle? directory, ReadOnlySpan<byte> name, int flags, out SafeFileHandle handle)
    {
        var added = false;
        try
        {
            directory?.DangerousAddRef(ref added);
            fixed (byte* pointer = name)
            {
                var descriptor = LibC.OpenAt(DescriptorOf(directory), pointer, flags | OpenFlags.CloseOnExec, OwnerOnly);
                var error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
                handle = new SafeFileHandle(descriptor, ownsHandle: true);
                return error;
            }
        }
        finally
        {
            if (added)
                directory!.DangerousRelease();
        }
    }

    private static int Status(int directory, ReadOnlySpan<byte> name, int flags, out FileStatus status)
    {
        StatXBuffer buffer;
        fixed (byte* pointer = name)
        {
            if (LibC.StatX(directory, pointer, flags, BasicStatus, &buffer) != 0)
            {
                status = default;
                return Marshal.GetLastPInvokeError();
            }
        }

        var kind = (buffer.Mode & 0xF000) switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Directory,
            0xA000 => FileKind.SymbolicLink,
            0x1000 => FileKind.Pipe,
            0xC000 => FileKind.Socket,
            0x2000 => FileKind.CharacterDevice,
            0x6000 => FileKind.BlockDevice,
            _ => FileKind.Unknown,
        };
        var device = ((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor;
        status = new(
            kind, (long)Math.Min(buffer.Size, long.MaxValue), new(device, buffer.Inode),
            ((Int128)buffer.ModifiedSeconds * 1_000_000_000) + buffer.ModifiedNanoseconds, buffer.Owner);
        return 0;
    }

    private static int DescriptorOf(SafeFileHandle? directory) => directory is null ? CurrentDirectory : (int)directory.DangerousGetHandle();
}
