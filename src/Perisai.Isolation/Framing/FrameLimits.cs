namespace Perisai.Isolation.Framing;

/// <summary>Limits that hold for both sides.</summary>
public static class FrameLimits
{
    /// <summary>Bytes of a payload unless a reader is told otherwise. One finding with its longest lists is far below it.</summary>
    public const int DefaultPayload = 1 << 20;

    /// <summary>Bytes of a payload that no reader and no writer may be told to exceed.</summary>
    public const int LargestPayload = 16 << 20;

    internal static int Check(int maximumPayload)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumPayload);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumPayload, LargestPayload);
        return maximumPayload;
    }
}
