namespace Perisai.Engine.Modules.Mathematics;

/// <summary>
/// Statistics over texts. They differ from those over ranges in one point: YARA's text is an array of signed char on most machines, so that bytes from 0x80
/// on count as negative here.
/// </summary>
internal static class TextStatistics
{
    public static double Deviation(ReadOnlySpan<byte> text, double mean)
    {
        var sum = 0.0;
        foreach (var value in text)
            sum += Math.Abs((sbyte)value - mean);
        return sum / text.Length;
    }

    public static double Mean(ReadOnlySpan<byte> text)
    {
        var sum = 0.0;
        foreach (var value in text)
            sum += (sbyte)value;
        return sum / text.Length;
    }

    public static double Correlation(ReadOnlySpan<byte> text)
    {
        var state = default(SerialCorrelation);
        foreach (var value in text)
            state.Add((double)(sbyte)value);
        return state.Result();
    }

    /// <summary>Here the signed byte becomes an unsigned number of 32 bits.</summary>
    public static double MonteCarloPi(ReadOnlySpan<byte> text)
    {
        var state = default(MonteCarloPi);
        foreach (var value in text)
            state.Add((double)unchecked((uint)(sbyte)value));
        return state.Result();
    }
}
