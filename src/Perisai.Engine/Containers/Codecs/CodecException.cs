namespace Perisai.Engine.Containers.Codecs;

/// <summary>
/// Compressed data that cannot be decoded any further. It is the only exception that a <see cref="DecoderStream"/> throws; the sink
/// that reads the stream records it with its reason and scans what had come before.
/// </summary>
internal sealed class CodecException(string message, NotScannedReason reason = NotScannedReason.Damaged) : IOException(message)
{
    public NotScannedReason Reason { get; } = reason;

    public static CodecException Truncated() => new("The compressed data ends too early.");

    /// <summary>A dictionary or window larger than <see cref="ScanLimits.MaxDecoderMemory"/>.</summary>
    public static CodecException TooMuchMemory(long bytes) =>
        new($"The decoder would need {bytes} bytes of memory.", NotScannedReason.OverBudget);
}
