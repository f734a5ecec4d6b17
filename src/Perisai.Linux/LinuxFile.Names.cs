using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Perisai.Linux.Interop;

namespace Perisai.Linux;

/// <content>Changing names within open directories, so that a path that is changed meanwhile leads nowhere else.</content>
public static unsafe partial class LinuxFile
{
    private const uint NoReplace = 1;

    /// <summary>Makes a new file for writing, for its owner alone; an error where the name is taken, if only by a link.</summary>
    public static int Create(SafeFileHandle directory, ReadOnlySpan<byte> name, out SafeFileHandle handle) =>
        Open(directory, name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, out handle);

    /// <summary>Gives a file another name; an error (EEXIST) where it is taken. A symbolic link is renamed itself.</summary>
    public static int Rename(SafeFileHandle directory, ReadOnlySpan<byte> name, SafeFileHandle newDirectory, ReadOnlySpan<byte> newName)
    {
        bool added = false, newAdded = false;
        try
        {
            directory.DangerousAddRef(ref added);
            newDirectory.DangerousAddRef(ref newAdded);
            fixed (byte* from = name, to = newName)
                return LibC.RenameAt(DescriptorOf(directory), from, DescriptorOf(newDirectory), to, NoReplace) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        finally
        {
            if (added)
                directory.DangerousRelease();
            if (newAdded)
                newDirectory.DangerousRelease();
        }
    }

    /// <summary>Removes a name that is not a directory's. A symbolic link is removed itself.</summary>
    public static int Remove(SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        var added = false;
        try
        {
            directory.DangerousAddRef(ref added);
            fixed (byte* pointer = name)
                return LibC.UnlinkAt(DescriptorOf(directory), pointer, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        finally
        {
            if (added)
                directory.DangerousRelease();
        }
    }

    /// <summary>Where an open file or directory lies now, without symbolic links; null where the kernel does not tell.</summary>
    public static string? PathOf(SafeFileHandle file)
    {
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            var name = NameEncoding.EncodeTerminated($"/proc/self/fd/{file.DangerousGetHandle()}");
            var buffer = stackalloc byte[8 << 10];
            fixed (byte* pointer = name)
            {
                var length = LibC.ReadLinkAt(CurrentDirectory, pointer, buffer, 8 << 10);
                return length is > 0 and < 8 << 10 ? NameEncoding.Decode(new(buffer, (int)length)) : null;
            }
        }
        finally
        {
            if (added)
                file.DangerousRelease();
        }
    }
}
