using Perisai.Linux.Interop;

namespace Perisai.Linux;

/// <summary>How many files this process may have open.</summary>
public static unsafe class OpenFileLimit
{
    private const int NumberOfFiles = 7;

    /// <summary>Raises the limit as far as the system lets us, to at most <paramref name="wanted"/>; returns the limit.</summary>
    public static long Raise(long wanted)
    {
        var limits = stackalloc ulong[2];
        if (LibC.GetLimit(NumberOfFiles, limits) != 0)
            return 1024;
        if (limits[0] < (ulong)wanted)
        {
            var before = limits[0];
            limits[0] = Math.Min((ulong)wanted, limits[1]);
            if (LibC.SetLimit(NumberOfFiles, limits) != 0)
                limits[0] = before;
        }

        return (long)Math.Min(limits[0], long.MaxValue);
    }
}
