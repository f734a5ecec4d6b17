using System.Diagnostics;

namespace Perisai.Engine;

/// <summary>
/// What is left of the <see cref="ScanLimits"/> for one root object. It is handed to every reader of hostile bytes, as a
/// cancellation token is handed on elsewhere. Not thread-safe: one root is scanned by one thread.
/// </summary>
internal sealed class ScanBudget
{
    /// <summary>
    /// Roots whose decoders hold no more than this are decoded beside one another; of those that hold more, one at a time in the whole
    /// process. So many threads need little more memory than one, and what is found does not depend on who came first.
    /// </summary>
    private const long SharedMemory = 16 << 20;

    private static readonly SemaphoreSlim _large = new(1, 1);

    private readonly CancellationToken _cancellation;
    private HashSet<string>? _made;
    private long _deadline;
    private long _memory;
    private bool _isLarge;

    public ScanBudget(ScanLimits limits, CancellationToken cancellation = default)
    {
        Limits = limits;
        _cancellation = cancellation;
        // A time limit of days overflows nothing: the product is clamped.
        var ticks = Math.Min(limits.MaxTime.TotalSeconds * Stopwatch.Frequency, long.MaxValue / 4);
        _deadline = Stopwatch.GetTimestamp() + (long)ticks;
    }

    public ScanLimits Limits { get; }

    public CancellationToken Cancellation => _cancellation;

    /// <summary>Bytes read from sources so far, counted by <see cref="BoundedReader"/> and the scanner.</summary>
    public long ReadBytes { get; private set; }

    /// <summary>Bytes that decoders produced so far.</summary>
    public long ProducedBytes { get; private set; }

    /// <summary>Objects entered so far, the root included.</summary>
    public int Objects { get; private set; }

    /// <summary>The limit that stops the whole root (produced bytes, objects, time, cancelled); None while there is budget.</summary>
    public BudgetLimit Exhausted { get; private set; }

    /// <summary>Counts bytes read; checks the clock. False: stop.</summary>
    public bool ChargeRead(long bytes)
    {
        ReadBytes += bytes;
        return CheckTime();
    }

    /// <summary>Counts bytes that a decoder produced; checks the clock. False: stop.</summary>
    public bool ChargeProduced(long bytes)
    {
        ProducedBytes += bytes;
        if (ProducedBytes > Limits.MaxProducedBytes)
            Exhaust(BudgetLimit.ProducedBytes);
        return CheckTime();
    }

    /// <summary>Counts an object. False: too many, stop.</summary>
    public bool ChargeObject()
    {
        if (Objects >= Limits.MaxObjects)
            Exhaust(BudgetLimit.Objects);
        else
            Objects++;
        return CheckTime();
    }

    /// <summary>True while the root may go on. Cheap enough for an inner loop of some hundred bytes.</summary>
    public bool CheckTime()
    {
        if (Exhausted != BudgetLimit.None)
            return false;
        if (_cancellation.IsCancellationRequested)
            Exhaust(BudgetLimit.Cancelled);
        else if (Stopwatch.GetTimestamp() > _deadline)
            Exhaust(BudgetLimit.Time);
        return Exhausted == BudgetLimit.None;
    }

    /// <summary>
    /// Whether a decoder may ever hold this much memory (a dictionary, a window). It takes it with <see cref="TryReserveMemory"/> when it has
    /// something to put into it.
    /// </summary>
    public bool AllowsDecoderMemory(long bytes) => bytes <= Limits.MaxDecoderMemory;

    /// <summary>
    /// Takes decoder memory, which all layers of the root share. False: there is not so much, or the scan was cancelled while it waited. Time
    /// spent waiting for other roots does not count.
    /// </summary>
    public bool TryReserveMemory(long bytes)
    {
        if (bytes < 0 || bytes > Limits.MaxDecoderMemory - _memory)
            return false;
        if (_memory + bytes > SharedMemory && !_isLarge && !WaitForOthers())
            return false;
        _memory += bytes;
        return true;
    }

    /// <summary>Gives memory back.</summary>
    public void ReleaseMemory(long bytes)
    {
        _memory -= bytes;
        if (!_isLarge || _memory > SharedMemory)
            return;
        _isLarge = false;
        _large.Release();
    }

    /// <summary>Instructions that were emulated for this root.</summary>
    public long EmulatedInstructions { get; set; }

    /// <summary>Whether <see cref="NoteMade"/> was ever called.</summary>
    public bool HasMade => _made is not null;

    /// <summary>Notes the digest of a member that a reader made of its container, and that is not to be made into another in the same way.</summary>
    public void NoteMade(ReadOnlySpan<byte> digest) => (_made ??= []).Add(Convert.ToHexString(digest));

    /// <summary>Whether a reader of this root has made what has this digest.</summary>
    public bool WasMade(ReadOnlySpan<byte> digest) => _made?.Contains(Convert.ToHexString(digest)) == true;

    /// <summary>Gives all memory back: the root is done, whatever its decoders forgot.</summary>
    public void ReleaseMemory() => ReleaseMemory(_memory);

    private bool WaitForOthers()
    {
        var start = Stopwatch.GetTimestamp();
        while (!_large.Wait(100, CancellationToken.None))
        {
            if (_cancellation.IsCancellationRequested)
            {
                Exhaust(BudgetLimit.Cancelled);
                return false;
            }
        }

        _deadline += Stopwatch.GetTimestamp() - start;
        return _isLarge = true;
    }

    private void Exhaust(BudgetLimit limit)
    {
        if (Exhausted == BudgetLimit.None)
            Exhausted = limit;
    }
}
