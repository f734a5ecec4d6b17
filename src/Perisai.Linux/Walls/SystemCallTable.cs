using System.Runtime.InteropServices;

namespace Perisai.Linux.Walls;

/// <summary>
/// Numbers of system calls: of x86-64 (arch/x86/entry/syscalls/syscall_64.tbl) and of arm64 (include/uapi/asm-generic/unistd.h); -1 where the
/// architecture lacks the call.
/// </summary>
internal static class SystemCallTable
{
    public static bool IsArm { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>Whether the numbers of this table are this process's.</summary>
    public static bool IsKnown { get; } = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>Calls that touch nothing but the caller's memory, its threads and descriptors that it already has, whatever the arguments.</summary>
    public static (string Name, int X64, int Arm64)[] Harmless { get; } =
    [
        ("read", 0, 63), ("write", 1, 64), ("readv", 19, 65), ("writev", 20, 66), ("pread64", 17, 67), ("pwrite64", 18, 68),
        ("sendmsg", 46, 211), ("recvmsg", 47, 212), ("poll", 7, -1), ("ppoll", 271, 73),
        ("close", 3, 57), ("fstat", 5, 80), ("lseek", 8, 62), ("dup", 32, 23),
        ("munmap", 11, 215), ("mremap", 25, 216), ("madvise", 28, 233), ("mincore", 27, 232), ("brk", 12, 214), ("mlock", 149, 228),
        ("munlock", 150, 229), ("get_mempolicy", 239, 236),
        ("futex", 202, 98), ("set_robust_list", 273, 99), ("rseq", 334, 293), ("membarrier", 324, 283),
        ("sched_yield", 24, 124), ("sched_getaffinity", 204, 123), ("getcpu", 309, 168),
        ("nanosleep", 35, 101), ("clock_nanosleep", 230, 115), ("clock_gettime", 228, 113), ("clock_getres", 229, 114),
        ("gettimeofday", 96, 169), ("restart_syscall", 219, 128), ("getrandom", 318, 278), ("getrusage", 98, 165), ("sysinfo", 99, 179),
        ("rt_sigaction", 13, 134), ("rt_sigprocmask", 14, 135), ("rt_sigreturn", 15, 139), ("sigaltstack", 131, 132),
        ("getpid", 39, 172), ("gettid", 186, 178), ("exit", 60, 93), ("exit_group", 231, 94),
    ];

    public static int MemoryMap => IsArm ? 222 : 9;

    public static int MemoryProtect => IsArm ? 226 : 10;

    public static int ThreadKill => IsArm ? 131 : 234;

    public static int Clone => IsArm ? 220 : 56;

    public static int CloneWithStructure => 435;

    public static int FileControl => IsArm ? 25 : 72;

    public static int ProcessControl => IsArm ? 167 : 157;

    public static int Limits => IsArm ? 261 : 302;

    public static int Seccomp => IsArm ? 277 : 317;
}
