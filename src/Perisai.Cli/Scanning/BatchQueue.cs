using System.Diagnostics;

namespace Perisai.Cli.Scanning;

/// <summary>
/// The batches between the walk, the scanning threads and the one that takes results. Bounded: few batches wait to be scanned (each
/// keeps files open), and the results that wait for an earlier one are limited in number and in what they hold.
/// </summary>
internal sealed class BatchQueue(int threads)
{
    /// <summary>Batches behind a slow one: it does not stop the small files after it for long. 65,536 entries of some hundred bytes.</summary>
    private const int MaximumUnreported = 4096;

    /// <summary>Findings that wait to be reported; one file may have ten thousand, of some hundred bytes each.</summary>
    private const int MaximumFindings = 50_000;

    /// <summary>
    /// Batches that wait to be scanned, for each thread: enough that the threads find work while the walk is kept from a processor. Each keeps its files
    /// open.
    /// </summary>
    public const int WaitingForEach = 4;

    /// <summary>How long a thread that has files under way waits for more to come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    private readonly object _lock = new();
    private readonly Queue<Batch> _waiting = new();
    private readonly Dictionary<int, Batch> _finished = [];
    private int _idle;
    private int _added;
    private int _reported;
    private long _findings;
    private bool _isComplete;

    /// <summary>Whether a thread waits for work: then a small batch is better than a full one.</summary>
    public bool IsStarving
    {
        get
        {
            lock (_lock)
                return _idle > 0 && _waiting.Count == 0;
        }
    }

    /// <summary>Adds a batch to scan; waits for room.</summary>
    public void Add(Batch batch)
    {
        lock (_lock)
        {
            while (_waiting.Count >= WaitingForEach * threads || !HasResultRoom())
                Monitor.Wait(_lock);
            _added++;
            _waiting.Enqueue(batch);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Says that no more batches come.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>The next batch to scan; null when there will be none.</summary>
    public Batch? Take()
    {
        lock (_lock)
        {
            _idle++;
            while (_waiting.Count == 0 && !_isComplete)
                Monitor.Wait(_lock);
            _idle--;
            return Dequeue();
        }
    }

    /// <summary>
    /// The next batch to scan, if one is there or comes soon. Files are hashed some at a time: to go on without new ones too early leaves lanes empty, which
    /// costs more than the wait.
    /// </summary>
    public Batch? TakeSoon()
    {
        lock (_lock)
        {
            _idle++;
            var began = Stopwatch.GetTimestamp();
            while (_waiting.Count == 0 && !_isComplete && Patience - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } left)
                Monitor.Wait(_lock, left);
            _idle--;
            return Dequeue();
        }
    }

    /// <summary>Hands a scanned batch back.</summary>
    public void Finish(Batch batch)
    {
        lock (_lock)
        {
            _finished.Add(batch.Number, batch);
            _findings += batch.FindingCount;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>The next batch in the order of the walk; null after the last one. <paramref name="tick"/> is called while nothing comes.</summary>
    public Batch? NextInOrder(Action tick)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_finished.Remove(_reported, out var batch))
                {
                    _reported++;
                    _findings -= batch.FindingCount;
                    Monitor.PulseAll(_lock);
                    return batch;
                }

                if (_isComplete && _reported == _added)
                    return null;
                if (Monitor.Wait(_lock, 100))
                    continue;
            }

            tick();
        }
    }

    private Batch? Dequeue()
    {
        if (!_waiting.TryDequeue(out var batch))
            return null;
        Monitor.PulseAll(_lock);
        return batch;
    }

    private bool HasResultRoom()
    {
        var unreported = _added - _reported;
        return unreported <= threads || (unreported < MaximumUnreported && _findings < MaximumFindings);
    }
}
