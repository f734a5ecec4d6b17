namespace Perisai.Engine.Formats.Pe.Icons;

/// <summary>Sums of a value over every square of a quarter of an icon's side, and which of them are greatest and smallest.</summary>
internal sealed class IconWindows
{
    private readonly uint[] _sums;
    private readonly int _side;
    private readonly int _window;

    public IconWindows(uint[] values, int side)
    {
        (_side, _window) = (side, side / 4);
        _sums = new uint[side * side];
        for (var y = 0; y < side - _window; y++)
        {
            for (var x = 0; x < side - _window; x++)
            {
                for (var row = 0; row < _window; row++)
                {
                    foreach (var value in values.AsSpan(((y + row) * side) + x, _window))
                        _sums[(y * side) + x] += value;
                }
            }
        }
    }

    /// <summary>Squares with the greatest sums that do not overlap, the greatest first; where none is above 0, one at the corner.</summary>
    public IconArea[] Most(int count) => Pick(count, 0, (sum, best) => sum > best);

    /// <summary>Squares with the smallest sums that do not overlap, the smallest first.</summary>
    public IconArea[] Least(int count) => Pick(count, uint.MaxValue, (sum, best) => sum < best);

    private IconArea[] Pick(int count, uint worst, Func<uint, uint, bool> isBetter)
    {
        var found = new IconArea[count];
        for (var i = 0; i < count; i++)
        {
            found[i] = new(0, 0, worst);
            // The last row and the last two columns of squares are not looked at.
            for (var y = 0; y < _side - _window; y++)
            {
                for (var x = 0; x < _side - 1 - _window; x++)
                {
                    var sum = _sums[(y * _side) + x];
                    if (isBetter(sum, found[i].Average) && !Overlaps(found.AsSpan(0, i), x, y))
                        found[i] = new(x, y, sum);
                }
            }
        }

        foreach (ref var area in found.AsSpan())
            area = area with { Average = area.Average / (uint)(_window * _window) };
        return found;
    }

    private bool Overlaps(ReadOnlySpan<IconArea> areas, int x, int y)
    {
        foreach (var area in areas)
        {
            if (Math.Abs(area.X - x) < _window && Math.Abs(area.Y - y) < _window)
                return true;
        }

        return false;
    }
}
