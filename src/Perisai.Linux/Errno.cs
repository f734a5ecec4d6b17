using System.Runtime.InteropServices;

namespace Perisai.Linux;

/// <summary>Error numbers of Linux that a walk has to tell apart, and their texts.</summary>
public static class Errno
{
    /// <summary>ENOENT: no such file.</summary>
    public const int NoEntry = 2;

    /// <summary>ENXIO: a socket, or a device without a driver.</summary>
    public const int NoDevice = 6;

    /// <summary>EACCES: the rights do not suffice.</summary>
    public const int AccessDenied = 13;

    /// <summary>EEXIST: the name is taken.</summary>
    public const int Exists = 17;

    /// <summary>EXDEV: the other name lies on another file system.</summary>
    public const int CrossDevice = 18;

    /// <summary>EINVAL: the file system cannot do it.</summary>
    public const int Invalid = 22;

    /// <summary>ENOTDIR: a part of the path is not a directory.</summary>
    public const int NotDirectory = 20;

    /// <summary>EMFILE: this process has too many files open.</summary>
    public const int TooManyOpen = 24;

    /// <summary>ELOOP: a symbolic link, or too many of them.</summary>
    public const int Loop = 40;

    /// <summary>EMSGSIZE: a message is longer than its reader takes.</summary>
    public const int MessageTooLong = 90;

    /// <summary>ESTALE: a network file that is gone.</summary>
    public const int Stale = 116;

    /// <summary>The system's sentence for a number.</summary>
    public static string Text(int number) => Marshal.GetPInvokeErrorMessage(number);
}
