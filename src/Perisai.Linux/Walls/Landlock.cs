using System.Runtime.InteropServices;
using Perisai.Linux.Interop;

namespace Perisai.Linux.Walls;

/// <summary>
/// Rules of landlock(7) that allow nothing. The numbers of the three calls are the same on every architecture; rights and the structure are
/// those of include/uapi/linux/landlock.h. A rule holds for the thread that takes it and for the threads that this one starts.
/// </summary>
public static unsafe class Landlock
{
    private const int CreateRuleSet = 444;
    private const int RestrictSelf = 446;
    private const nuint AskVersion = 1;

    /// <summary>The version of this kernel's Landlock; 0 where there is none or it is switched off.</summary>
    public static int Version { get; } = (int)Math.Max(0, LibC.SystemCall(CreateRuleSet, 0, 0, AskVersion, 0, 0));

    /// <summary>
    /// Every right over files that a version knows: 13 at first; then moving between directories (2), truncation (3) and control of devices (5).
    /// </summary>
    internal static ulong FileRights(int version) => (1UL << (version switch { 1 => 13, 2 => 14, 3 or 4 => 15, _ => 16 })) - 1;

    /// <summary>Takes every right from the calling thread for good. It needs no_new_privs. Returns 0 or an error number.</summary>
    public static int DenyAll(int version)
    {
        var rules = new RuleSet
        {
            Files = FileRights(version),
            Network = version >= 4 ? 3UL : 0, // bind and connect of TCP
            Scoped = version >= 6 ? 3UL : 0, // abstract sockets and signals
        };
        // A kernel refuses a structure that is longer than it knows unless the rest is zero, which it is.
        var descriptor = LibC.SystemCall(CreateRuleSet, (nuint)(&rules), (nuint)sizeof(RuleSet), 0, 0, 0);
        if (descriptor < 0)
            return Marshal.GetLastPInvokeError();
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true);
        return LibC.SystemCall(RestrictSelf, (nuint)descriptor, 0, 0, 0, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>struct landlock_ruleset_attr: the rights that are denied unless a rule allows them.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct RuleSet
    {
        public ulong Files;
        public ulong Network;
        public ulong Scoped;
    }
}
