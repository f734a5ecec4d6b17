namespace Perisai.Engine.Containers.Pictures.Jpeg;

/// <summary>
/// Gives a row of a plane at the picture's full resolution. A plane of half the width or height is interpolated, three parts of the nearer sample and
/// one of the further, first between rows and then along them, with a rounding after each; other ratios repeat samples.
/// </summary>
internal sealed class JpegUpsampling
{
    private readonly JpegComponent _component;
    private readonly int _timesAcross;
    private readonly int _timesDown;
    private readonly bool _interpolates;
    private readonly byte[] _blended;
    private readonly byte[] _row;

    public JpegUpsampling(JpegFrame frame, JpegComponent component)
    {
        _component = component;
        _timesAcross = frame.MostAcross / component.Across;
        _timesDown = frame.MostDown / component.Down;
        _interpolates = _timesAcross <= 2 && _timesDown <= 2;
        _blended = new byte[component.Stride];
        _row = new byte[component.Stride * _timesAcross];
    }

    /// <summary>A row, valid until the next call.</summary>
    public ReadOnlySpan<byte> Row(int y)
    {
        var row = Samples(y / _timesDown);
        if (_interpolates && _timesDown == 2)
        {
            Blend(row, Samples((y / 2) + (y % 2 == 0 ? -1 : 1)), _blended);
            row = _blended;
        }

        if (_timesAcross == 1)
            return row;
        if (_interpolates)
            Double(row, _row);
        else
            Repeat(row, _row, _timesAcross);
        return _row;
    }

    /// <summary>A stored row; beyond the edges the outermost.</summary>
    private ReadOnlySpan<byte> Samples(int y) =>
        _component.Samples.AsSpan(Math.Clamp(y, 0, (_component.BlocksDown * JpegBlock.Side) - 1) * _component.Stride, _component.Stride);

    private static void Blend(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<byte> to)
    {
        for (var x = 0; x < to.Length; x++)
            to[x] = (byte)(((3 * near[x]) + far[x] + 2) >> 2);
    }

    private static void Double(ReadOnlySpan<byte> from, Span<byte> to)
    {
        var last = from.Length - 1;
        to[0] = from[0];
        to[1] = (byte)(((3 * from[0]) + from[1] + 2) >> 2);
        for (var x = 1; x < last; x++)
        {
            to[2 * x] = (byte)(((3 * from[x]) + from[x - 1] + 2) >> 2);
            to[(2 * x) + 1] = (byte)(((3 * from[x]) + from[x + 1] + 2) >> 2);
        }

        // The last but one takes its parts the other way round: so does the library to agree with.
        to[2 * last] = (byte)(((3 * from[last - 1]) + from[last] + 2) >> 2);
        to[(2 * last) + 1] = from[last];
    }

    private static void Repeat(ReadOnlySpan<byte> from, Span<byte> to, int times)
    {
        for (var x = 0; x < from.Length; x++)
            to.Slice(x * times, times).Fill(from[x]);
    }
}
