using System.Diagnostics;
using System.Globalization;
using Perisai.Engine;

namespace Perisai.Benchmarks;

/// <summary>
/// Builds a segment and scans folders with it, without a command line around the engine: what a scan costs in processor time, memory and
/// garbage collections, and where the matcher's candidates end.
/// </summary>
internal static class WholeScan
{
    // As many roots as a call of ScanMany is meant for, and as much as stays in the page cache between its two passes.
    private const int BatchFiles = 256;
    private const long BatchBytes = 64 << 20;

    public static int Build(string[] arguments)
    {
        if (arguments is not [.. { Length: > 0 } sources, "-o", var output])
        {
            Console.Error.WriteLine("usage: build SOURCE... -o SEGMENT");
            return 2;
        }

        var clock = Stopwatch.StartNew();
        var builder = new DefinitionBuilder { AllowUnsigned = true };
        foreach (var source in sources)
            builder.Add(source);
        var report = builder.Build(output);
        foreach (var (kind, count) in report.Loaded)
            Console.WriteLine($"{kind,-8} {count,10}");
        foreach (var lines in report.Unsupported)
            Console.WriteLine($"{lines.Kind,-8} {lines.Count,10} unsupported: {lines.Reason} (first: {lines.FirstAt} {lines.FirstName})");
        foreach (var diagnostic in report.Diagnostics.Take(10))
            Console.WriteLine(diagnostic);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Length} bytes in {clock.Elapsed.TotalSeconds:0.0} s, peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"));
        return 0;
    }

    public static int Scan(string[] arguments)
    {
        if (arguments.Length < 2)
        {
            Console.Error.WriteLine("usage: scan SEGMENT FOLDER... [--threads N] [--runs N] [--list FILE]");
            return 2;
        }

        int Option(string name, int otherwise) =>
            Array.IndexOf(arguments, name) is >= 0 and var at ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : otherwise;
        var listAt = Array.IndexOf(arguments, "--list");
        var folders = arguments[1..].TakeWhile(argument => !argument.StartsWith("--", StringComparison.Ordinal));
        var opened = Stopwatch.StartNew();
        using var definitions = DefinitionSet.Open(arguments[0]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"open {opened.Elapsed.TotalMilliseconds:0.0} ms"));
        Console.WriteLine("corpus       files  objects       MB  inside MB   cpu s  wall s   MB/s cpu  MB/s wall   stage1 %  stage2 %  compared %  alloc MB  gc0/1/2");
        foreach (var folder in folders)
        {
            var files = Directory.Exists(folder)
                ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray()
                : [folder];
            for (var run = 0; run < Option("--runs", 1); run++)
            {
                var found = Measure(definitions, folder, files, Option("--threads", 1));
                if (listAt >= 0 && run == 0)
                    File.AppendAllLines(arguments[listAt + 1], found);
            }
        }

        return 0;
    }

    private static List<string> Measure(DefinitionSet definitions, string folder, string[] files, int threads)
    {
        var found = new List<string>();
        var batches = new Queue<string[]>(Batches(files));
        long objects = 0, inside = 0, stage1 = 0, stage2 = 0, compared = 0;
        var allocated = GC.GetTotalAllocatedBytes();
        (int Zero, int One, int Two) collections = (GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));
        var processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        void Work()
        {
            using var scanner = new Scanner(definitions);
            while (true)
            {
                string[]? batch;
                lock (batches)
                {
                    if (!batches.TryDequeue(out batch))
                        break;
                }

                var items = batch.Select(path => new ScanItem(new FileByteSource(path), path)).ToList();
                foreach (var (_, report) in scanner.ScanMany(items))
                {
                    Interlocked.Add(ref objects, report.ObjectCount);
                    Interlocked.Add(ref inside, report.ScannedBytes);
                    if (report.Verdict != Verdict.Detected)
                        continue;
                    lock (found)
                        found.Add($"{report.Name}: {report.Findings.OfType<Detection>().First().Name} FOUND");
                }

                items.ForEach(item => item.Source.Dispose());
            }

            Interlocked.Add(ref stage1, scanner.MatcherCounters.Stage1);
            Interlocked.Add(ref stage2, scanner.MatcherCounters.Stage2);
            Interlocked.Add(ref compared, scanner.MatcherCounters.Compared);
        }

        var workers = Enumerable.Range(1, threads - 1).Select(_ => new Thread(Work)).ToList();
        workers.ForEach(worker => worker.Start());
        Work();
        workers.ForEach(worker => worker.Join());
        var wall = clock.Elapsed.TotalSeconds;
        var spent = (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
        var megabytes = files.Sum(path => new FileInfo(path).Length) / 1e6;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(folder.TrimEnd('/')),-10} {files.Length,7} {objects,8} {megabytes,8:0.0} {inside / 1e6,10:0.0} {spent,7:0.00} {wall,7:0.00} {megabytes / spent,10:0.0} {megabytes / wall,10:0.0} {100.0 * stage1 / inside,10:0.000} {100.0 * stage2 / inside,9:0.000} {100.0 * compared / inside,11:0.000} {(GC.GetTotalAllocatedBytes() - allocated) / 1e6,9:0.0}  {GC.CollectionCount(0) - collections.Zero}/{GC.CollectionCount(1) - collections.One}/{GC.CollectionCount(2) - collections.Two}"));
        return found;
    }

    private static IEnumerable<string[]> Batches(string[] files)
    {
        var batch = new List<string>();
        long bytes = 0;
        foreach (var path in files)
        {
            batch.Add(path);
            bytes += new FileInfo(path).Length;
            if (batch.Count < BatchFiles && bytes < BatchBytes)
                continue;
            yield return [.. batch];
            batch.Clear();
            bytes = 0;
        }

        yield return [.. batch];
    }
}
