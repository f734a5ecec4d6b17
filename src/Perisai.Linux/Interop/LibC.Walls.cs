using System.Runtime.InteropServices;

namespace Perisai.Linux.Interop;

/// <content>What raises the walls around a process. System calls that the C library has no function for go through syscall(2).</content>
internal static unsafe partial class LibC
{
    /// <summary>prctl(2). Unused arguments must be zero.</summary>
    [LibraryImport(Library, EntryPoint = "prctl", SetLastError = true)]
    public static partial int ControlProcess(int operation, nuint first, nuint second, nuint third, nuint fourth);

    /// <summary>syscall(2), with as many arguments as the longest of ours has.</summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, nuint first, nuint second, nuint third, nuint fourth, nuint fifth);

    /// <summary>unshare(2).</summary>
    [LibraryImport(Library, EntryPoint = "unshare", SetLastError = true)]
    public static partial int Unshare(int flags);

    /// <summary>setgroups(2). The C library does it in every thread, as it does the next two.</summary>
    [LibraryImport(Library, EntryPoint = "setgroups", SetLastError = true)]
    public static partial int SetGroups(nuint count, uint* groups);

    /// <summary>setresgid(2).</summary>
    [LibraryImport(Library, EntryPoint = "setresgid", SetLastError = true)]
    public static partial int SetGroup(uint real, uint effective, uint saved);

    /// <summary>setresuid(2).</summary>
    [LibraryImport(Library, EntryPoint = "setresuid", SetLastError = true)]
    public static partial int SetUser(uint real, uint effective, uint saved);

    /// <summary>getpid(2).</summary>
    [LibraryImport(Library, EntryPoint = "getpid")]
    public static partial int ProcessId();
}
