using System.Diagnostics;
using System.Security.Cryptography;
using Perisai.Engine;

namespace Perisai.Fuzz;

/// <summary>
/// Runs targets on changed seeds. An input fails where the target throws, does not end in its time, allocates too much, reads outside of its
/// input (the process ends; the input has been written before), or finds something else in the same bytes when it cannot have them as memory.
/// </summary>
internal sealed class FuzzRun(FuzzOptions options) : IDisposable
{
    /// <summary>What one input may allocate, everything given back meanwhile included.</summary>
    private const long MaxAllocated = 400L << 20;

    /// <summary>Every so many inputs are read twice, to compare.</summary>
    private const int ComparedEvery = 4;

    private const int MaxFailures = 5;

    private readonly GuardedInput _guarded = new();
    private readonly string _folder = Path.Combine(Environment.CurrentDirectory, "artifacts/fuzz");

    /// <summary>True where no input failed.</summary>
    public bool Run(FuzzTarget target)
    {
        IReadOnlyList<byte[]> seeds = Seeds.Of(target.Name);
        if (options.Input is not null)
            return Try(target, File.ReadAllBytes(options.Input), compare: true, atEnd: true);
        if (seeds.Count == 0)
        {
            Console.WriteLine($"{target.Name}: no seeds: fuzz/seeds is not found");
            return false;
        }

        var failures = seeds.Count(seed => !Try(target, seed, compare: true, atEnd: true));
        var mutator = new Mutator(seeds, (int)options.Seed);
        var watch = Stopwatch.StartNew();
        long run = 0;
        for (; failures < MaxFailures && IsDue(run, watch); run++)
        {
            if (!Try(target, mutator.Next(), compare: run % ComparedEvery == 0, atEnd: run % 2 == 0))
                failures++;
        }

        Console.WriteLine($"{target.Name}: {run} inputs of {seeds.Count} seeds in {watch.Elapsed.TotalSeconds:F1} s, {failures} failed");
        return failures == 0;
    }

    public void Dispose() => _guarded.Dispose();

    private bool IsDue(long run, Stopwatch watch) => options.Seconds > 0 ? watch.Elapsed.TotalSeconds < options.Seconds : run < options.Runs;

    private bool Try(FuzzTarget target, byte[] input, bool compare, bool atEnd)
    {
        // A violation of memory leaves no time to write anything; a file that is written over for every input costs little.
        var last = Path.Combine(_folder, $"{target.Name}.last");
        Directory.CreateDirectory(_folder);
        File.WriteAllBytes(last, input);
        try
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            using var inMemory = new MemoryByteSource(_guarded.Place(input, atEnd));
            var found = target.Read(inMemory);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > MaxAllocated)
                return Fail(target, input, $"{allocated >> 20} MiB were allocated");
            if (!compare)
                return true;
            using var windowed = new WindowedSource(input);
            return found == target.Read(windowed) || Fail(target, input, "other findings where the bytes are not in memory");
        }
        catch (Exception exception)
        {
            return Fail(target, input, exception.ToString());
        }
    }

    private bool Fail(FuzzTarget target, byte[] input, string reason)
    {
        var path = Path.Combine(_folder, $"{target.Name}-{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}");
        File.WriteAllBytes(path, input);
        Console.WriteLine($"{target.Name}: {path}: {reason}");
        return false;
    }
}
