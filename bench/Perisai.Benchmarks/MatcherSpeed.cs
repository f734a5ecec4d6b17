using System.Diagnostics;
using System.Numerics;
using Perisai.Engine;
using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Matching;

namespace Perisai.Benchmarks;

/// <summary>Measures the matcher alone by pattern count and corpus: MB/s, the ratio to a sum over memory, and candidate rates.</summary>
internal static class MatcherSpeed
{
    private const int Runs = 5;
    private const int MaximumCount = 400_000;
    private const long CorpusBytes = 64 << 20;

    /// <param name="arguments">
    /// <c>--database FOLDER</c>, whose plain bodies are the patterns (ClamAV's <c>*.ndb</c> and <c>*.ldb</c>), or slices of files otherwise; and corpora.
    /// </param>
    public static int Run(string[] arguments)
    {
        var database = arguments is ["--database", var given, ..] ? given : null;
        var folders = database is null ? arguments : arguments[2..];
        if (folders.Length == 0)
        {
            Console.Error.WriteLine("usage: matcher [--database FOLDER] CORPUS... (one corpus a folder, such as elf, dll and text)");
            return 2;
        }

        var all = database is null
            ? LiteralPatterns.Make(MaximumCount, [.. folders.Select(folder => LiteralPatterns.Read(folder, odd: true, 64 << 20))])
            : LiteralPatterns.FromDatabase(database);
        Console.WriteLine($"kernel {Prefilter.Best}; {Runs} runs, median; {CorpusBytes >> 20} MiB of each corpus");
        Console.WriteLine("patterns  corpus        MB/s   sum MB/s   ratio   stage1 %  stage2 %  compared %   table kB");
        foreach (var count in (int[])[100, 1000, 10_000, 100_000, MaximumCount])
        {
            if (count > all.Count)
                break;
            var path = Path.GetTempFileName();
            var compiler = new DefinitionCompiler();
            var number = 0;
            foreach (var pattern in all.Take(count))
                compiler.Add(LiteralPatterns.ToDefinition(pattern, number++));
            compiler.Write(path, DateTimeOffset.UnixEpoch);
            using (var definitions = DefinitionSet.Open(path))
            {
                foreach (var folder in folders)
                    Measure(count, folder, definitions);
            }

            File.Delete(path);
        }

        return 0;
    }

    private static void Measure(int count, string folder, DefinitionSet definitions)
    {
        var text = LiteralPatterns.Read(folder, odd: false, CorpusBytes).SelectMany(file => file).Take((int)CorpusBytes).ToArray();
        var sink = new Counter();
        double matcherBest = 0, sumBest = 0;
        var speeds = new List<double>();
        var sums = new List<double>();
        (long Stage1, long Stage2, long Compared) counters = default;
        for (var run = 0; run < Runs; run++)
        {
            sums.Add(Speed(text.Length, () => sink.Total += Sum(text)));
            using var matcher = new PatternMatcher(definitions.Patterns);
            speeds.Add(Speed(text.Length, () =>
            {
                matcher.Begin(0);
                for (var from = 0; from < text.Length; from += 128 << 10)
                    matcher.Scan(text, 0, from, Math.Min(from + (128 << 10), text.Length), true, sink);
                matcher.End(sink);
            }));
            counters = matcher.Counters;
        }

        matcherBest = speeds.Order().ElementAt(Runs / 2);
        sumBest = sums.Order().ElementAt(Runs / 2);
        var bitmap = definitions.Patterns.Bitmap(GramGroup.Long, 0);
        Console.WriteLine(
            $"{count,8}  {Path.GetFileName(folder.TrimEnd('/')),-10} {matcherBest,8:0} {sumBest,10:0} {matcherBest / sumBest,7:0.000} {100.0 * counters.Stage1 / text.Length,10:0.000} {100.0 * counters.Stage2 / text.Length,9:0.000} {100.0 * counters.Compared / text.Length,11:0.000} {4L << bitmap.Log2Words >> 10,10}");
    }

    private static double Speed(long bytes, Action action)
    {
        // Processor time: on a busy machine the clock on the wall measures the neighbours.
        var before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        action();
        var spent = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        return bytes / 1e6 / (spent > 0.01 ? spent : clock.Elapsed.TotalSeconds);
    }

    private static long Sum(byte[] text)
    {
        var words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(text);
        var sum = Vector<ulong>.Zero;
        var vectors = System.Runtime.InteropServices.MemoryMarshal.Cast<ulong, Vector<ulong>>(words);
        foreach (var vector in vectors)
            sum += vector;
        return (long)Vector.Sum(sum);
    }

    private sealed class Counter : IPatternSink
    {
        public long Total { get; set; }

        public void OnMatch(int segment, uint pattern, long start, long end) => Total++;
    }
}
