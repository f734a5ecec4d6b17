using System.Runtime.InteropServices;

namespace Perisai.Linux.Interop;

/// <content>Descriptors: sockets between processes, memory as a file.</content>
internal static unsafe partial class LibC
{
    /// <summary>socketpair(2).</summary>
    [LibraryImport(Library, EntryPoint = "socketpair", SetLastError = true)]
    public static partial int SocketPair(int family, int type, int protocol, int* descriptors);

    /// <summary>sendmsg(2).</summary>
    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(int socket, MessageHeader* message, int flags);

    /// <summary>recvmsg(2).</summary>
    [LibraryImport(Library, EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(int socket, MessageHeader* message, int flags);

    /// <summary>memfd_create(2), from glibc 2.27 on.</summary>
    [LibraryImport(Library, EntryPoint = "memfd_create", SetLastError = true)]
    public static partial int CreateMemoryFile(byte* name, uint flags);

    /// <summary>fcntl(2) with a number for its argument.</summary>
    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int ControlFile(int descriptor, int operation, nint argument);
}
