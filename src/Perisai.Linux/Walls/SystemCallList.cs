using System.Runtime.InteropServices;
using Perisai.Linux.Interop;

namespace Perisai.Linux.Walls;

/// <summary>
/// The system calls of a worker that has started: memory that is not executable, threads, time, and descriptors that it holds. Nothing is
/// opened, connected or started, and no other process is touched.
/// </summary>
internal static unsafe class SystemCallList
{
    private const uint Executable = 4; // PROT_EXEC
    private const uint Thread = 0x0001_0000; // CLONE_THREAD
    private const uint Namespaces = 0x7E02_0000; // CLONE_NEWNS, and CLONE_NEWCGROUP to CLONE_NEWNET
    private const uint SetThreadName = 15; // PR_SET_NAME
    private const int NotPermitted = 1; // EPERM
    private const int NoSuchCall = 38; // ENOSYS
    private const nuint SetFilter = 1; // SECCOMP_SET_MODE_FILTER
    private const nuint AllThreads = 1; // SECCOMP_FILTER_FLAG_TSYNC

    /// <summary>F_GETFD, F_SETFD, F_GETFL, F_SETFL and F_DUPFD_CLOEXEC; not F_SETOWN, which sends signals to others.</summary>
    private static ReadOnlySpan<uint> FileControls => [1, 2, 3, 4, 1030];

    public static ulong[] Build(bool isArm, int process, bool kill)
    {
        var program = new FilterProgram(isArm);
        foreach (var (_, x64, arm64) in SystemCallTable.Harmless)
        {
            if ((isArm ? arm64 : x64) is var number and >= 0)
                program.Permit(number);
        }

        program.PermitWhere(SystemCallTable.MemoryMap, 2, Executable, 0);
        program.PermitWhere(SystemCallTable.MemoryProtect, 2, Executable, 0);
        program.PermitWhere(SystemCallTable.ThreadKill, 0, uint.MaxValue, (uint)process);
        program.PermitWhere(SystemCallTable.Clone, 0, Thread | Namespaces, Thread);
        // Its flags lie in memory, where a filter does not look; the C library then takes the call before.
        program.Refuse(SystemCallTable.CloneWithStructure, NoSuchCall);
        foreach (var control in FileControls)
            program.PermitWhere(SystemCallTable.FileControl, 1, uint.MaxValue, control);
        program.PermitWhere(SystemCallTable.ProcessControl, 0, uint.MaxValue, SetThreadName);
        // Reading its own limits, as the C library does before it starts a thread.
        program.PermitWhereZero(SystemCallTable.Limits, 0, 2);
        return program.End(kill ? 0 : NotPermitted);
    }

    /// <summary>Puts the list before every thread of this process. It needs no_new_privs. Returns 0 or an error number.</summary>
    public static int Install(bool kill)
    {
        var program = Build(SystemCallTable.IsArm, LibC.ProcessId(), kill);
        fixed (ulong* first = program)
        {
            var header = new Header { Length = (ushort)program.Length, First = first };
            var result = LibC.SystemCall(SystemCallTable.Seccomp, SetFilter, AllThreads, (nuint)(&header), 0, 0);
            // More than zero is a thread that could not take it over.
            return result switch { 0 => 0, > 0 => Errno.Invalid, _ => Marshal.GetLastPInvokeError() };
        }
    }

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public ushort Length;
        public ulong* First;
    }
}
