namespace Perisai.Engine.Containers.Codecs;

/// <summary>
/// Compressed data that cannot be decoded any further. It is the only exception that a <see cref="DecoderStream"/> throws; the sink
/// that reads the stream records it with its reason and scans what had come before.
/// </summary>
internal sealed class CodecException(string message, NotScannedReason reason = NotScannedReason.Damaged, BudgetLimit limit = BudgetLimit.None)
    : IOException(message)
{
    public NotScannedReason Reason { get; } = reason;

    /// <summary>The limit, where the reason is <see cref="NotScannedReason.OverBudget"/> and the limit can be set.</summary>
    public BudgetLimit Limit { get; } = limit;

    public static CodecException Truncated() => new("The compressed data ends too early.");

    /// <summary>A dictionary or window larger than <see cref="ScanLimits.MaxDecoderMemory"/>.</summary>
    public static CodecException TooMuchMemory(long bytes) =>
        new(
            bytes < 0 ? "The decoder needs more memory than can be had." : $"The decoder needs {Math.Max(1, bytes + (1 << 19) >> 20)} MiB of memory.",
            NotScannedReason.OverBudget, BudgetLimit.DecoderMemory);
}
