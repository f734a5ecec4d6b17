using System.Diagnostics;

namespace Perisai.Engine;

/// <summary>
/// What is left of the <see cref="ScanLimits"/> for one root object. It is handed to every reader of hostile bytes, as a
/// cancellation token is handed on elsewhere. Not thread-safe: one root is scanned by one thread.
/// </summary>
internal sealed class ScanBudget
{
    private readonly long _deadline;
    private readonly CancellationToken _cancellation;

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

    /// <summary>Whether a decoder may reserve this much memory (a dictionary, a window).</summary>
    public bool AllowsDecoderMemory(long bytes) => bytes <= Limits.MaxDecoderMemory;

    private void Exhaust(BudgetLimit limit)
    {
        if (Exhausted == BudgetLimit.None)
            Exhausted = limit;
    }
}
