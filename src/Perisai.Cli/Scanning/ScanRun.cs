using System.Diagnostics;
using System.Runtime.InteropServices;
using Perisai.Cli.Commands;
using Perisai.Cli.Reports;
using Perisai.Cli.Walking;
using Perisai.Engine;
using Perisai.Linux;

namespace Perisai.Cli.Scanning;

/// <summary>One scan from the targets to the accounts: walk, threads, output, progress, and what the signals of a terminal mean.</summary>
internal sealed class ScanRun(DefinitionSet definitions, ScanOptions options, WalkOptions walking, int threads)
{
    /// <summary>
    /// Open files that a scan may need: for each thread the batches that wait, one that it takes from and what it hashes ahead; and the directories on the way
    /// down.
    /// </summary>
    private readonly int _openFiles = (((BatchQueue.WaitingForEach + 2) * threads) + 4) * Batch.MaximumEntries;

    public ScanTotals Totals { get; } = new();

    /// <summary>The time after which the scan is cancelled; null for none.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>See <see cref="ScanPipeline.TakePrinted"/>.</summary>
    public Func<IReadOnlyList<string>>? TakePrinted { get; init; }

    public DateTimeOffset Started { get; } = DateTimeOffset.UtcNow;

    /// <summary>Whether the scan was ended early, by the user or by a failure.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Why it had to end; null where it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>Scans; the results go to the sinks in the order of the walk.</summary>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public void Execute(ScanTargets targets, IResultSink results, Action flush, ProgressDisplay? progress)
    {
        if (options.FindMissingModuleData(definitions) is { } missing)
            throw new UsageException($"{missing}: only perisai yara can be given it, with -x.");
        OpenFileLimit.Raise(_openFiles + 256);
        using var cancellation = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Cancel(signal, cancellation));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Cancel(signal, cancellation));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Cancel(signal, cancellation));
        var walker = new TreeWalker(walking, cancellation.Token);
        var pipeline = new ScanPipeline(definitions, options, threads) { TakePrinted = TakePrinted };
        if (Timeout is { } timeout)
            cancellation.CancelAfter(timeout);
        var clock = Stopwatch.StartNew();
        progress?.Start(pipeline.Progress, targets, walking, cancellation.Token);
        try
        {
            pipeline.Run(targets.Walk(walker, cancellation.Token), new Fan(Totals, results, progress), Tick, cancellation);
        }
        finally
        {
            progress?.Stop();
            Failure = pipeline.Failure;
            IsCancelled = cancellation.IsCancellationRequested;
            Totals.Directories = walker.Directories;
            Totals.Elapsed = clock.Elapsed;
        }

        void Tick()
        {
            flush();
            progress?.Update();
        }
    }

    private static void Cancel(PosixSignalContext signal, CancellationTokenSource cancellation)
    {
        // The second one ends the process as it would any other.
        if (cancellation.IsCancellationRequested)
            return;
        signal.Cancel = true;
        cancellation.Cancel();
    }

    /// <summary>Hands each result to the accounts, then to the output, before which the progress line gives way.</summary>
    private sealed class Fan(ScanTotals totals, IResultSink results, ProgressDisplay? progress) : IResultSink
    {
        public void Add(ScanResult result)
        {
            totals.Add(result);
            if (!result.Report.Findings.IsEmpty)
                progress?.GiveWay();
            results.Add(result);
        }
    }
}
