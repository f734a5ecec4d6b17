using System.Runtime.InteropServices;
using Perisai.Linux.Interop;

namespace Perisai.Linux.Walls;

/// <summary>Limits of setrlimit(2), soft and hard alike; numbers of include/uapi/asm-generic/resource.h.</summary>
internal static unsafe class ProcessLimits
{
    private const int ProcessorTime = 0;
    private const int FileLength = 1;
    private const int CoreLength = 4;
    private const int Descriptors = 7;
    private const int AddressSpace = 9;

    /// <summary>Sets those of a plan. Returns 0 or the first error number.</summary>
    public static int Set(ConfinementPlan plan)
    {
        var first = 0;
        foreach (var (resource, limit) in (ReadOnlySpan<(int, ulong?)>)
            [(ProcessorTime, plan.ProcessorSeconds), (FileLength, plan.FileLength), (CoreLength, 0), (Descriptors, plan.Descriptors),
             (AddressSpace, plan.AddressSpace)])
        {
            if (limit is { } value && Set(resource, value) is var error and not 0 && first == 0)
                first = error;
        }

        return first;
    }

    private static int Set(int resource, ulong value)
    {
        var limits = stackalloc ulong[2];
        if (LibC.GetLimit(resource, limits) != 0)
            return Marshal.GetLastPInvokeError();
        // A limit that is tighter already stays.
        limits[0] = limits[1] = Math.Min(value, limits[1]);
        return LibC.SetLimit(resource, limits) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }
}
