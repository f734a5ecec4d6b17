using Perisai.Cli.Walking;
using Perisai.Engine;

namespace Perisai.Cli.Scanning;

/// <summary>
/// Scans what a walk meets: one thread walks and opens, some scan, and the caller's thread is handed the results in the order of the
/// walk, so that the output is the same whatever the number of threads.
/// </summary>
internal sealed class ScanPipeline(DefinitionSet definitions, ScanOptions options, int threads)
{
    private string? _failure;
    private CancellationTokenSource? _cancellation;

    public DefinitionSet Definitions { get; } = definitions;

    public ScanOptions Options { get; } = options;

    public ScanProgress Progress { get; } = new();

    /// <summary>Called by the thread that scanned an entry, before it goes on: what the rules printed meanwhile. Null where nobody asks.</summary>
    public Func<IReadOnlyList<string>>? TakePrinted { get; init; }

    /// <summary>Why the whole scan had to end; null where it did not.</summary>
    public string? Failure => _failure;

    /// <summary>Scans to the end of the walk; on cancellation the rest of it is reported as such.</summary>
    /// <param name="entries">The walk; enumerated on a thread of its own.</param>
    /// <param name="sink">Takes the results, on this thread.</param>
    /// <param name="tick">Called about ten times a second while no results come.</param>
    /// <param name="cancellation">Ends the scan early. The walk must know it too.</param>
    public void Run(IEnumerable<WalkEntry> entries, IResultSink sink, Action tick, CancellationTokenSource cancellation)
    {
        _cancellation = cancellation;
        var queue = new BatchQueue(threads);
        var walker = Start("walk", () => Walk(entries, queue));
        var workers = Enumerable.Range(1, threads)
            .Select(number => Start($"scan-{number}", new ScanWorker(this, queue, cancellation.Token).Run)).ToList();
        try
        {
            while (queue.NextInOrder(tick) is { } batch)
            {
                Array.ForEach(batch.Results, sink.Add);
                tick();
            }
        }
        catch
        {
            // The output failed: nobody reads on. Let the threads come to their end.
            cancellation.Cancel();
            while (queue.NextInOrder(tick) is not null)
            {
            }

            throw;
        }
        finally
        {
            walker.Join();
            workers.ForEach(worker => worker.Join());
        }
    }

    /// <summary>Ends the scan because of something that concerns all of it.</summary>
    public void Fail(string message)
    {
        Interlocked.CompareExchange(ref _failure, message, null);
        _cancellation?.Cancel();
    }

    private static Thread Start(string name, Action run)
    {
        var thread = new Thread(() => run(), 4 << 20) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    private void Walk(IEnumerable<WalkEntry> entries, BatchQueue queue)
    {
        var number = 0;
        var batch = new Batch(number++);
        try
        {
            foreach (var entry in entries)
            {
                if (!batch.HasRoomFor(entry.Length) || batch.IsFull || (batch.Entries.Count >= Batch.StarvingEntries && queue.IsStarving))
                {
                    queue.Add(batch);
                    batch = new(number++);
                }

                batch.Add(entry);
            }
        }
        catch (OperationCanceledException)
        {
            // Waiting for a list of paths that did not come.
        }
        catch (Exception exception)
        {
            Fail($"the walk failed: {exception.Message}");
        }

        queue.Add(batch);
        queue.Complete();
    }
}
