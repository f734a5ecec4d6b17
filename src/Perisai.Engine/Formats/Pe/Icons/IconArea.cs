namespace Perisai.Engine.Formats.Pe.Icons;

/// <summary>A square of a quarter of an icon's side, by its upper left corner.</summary>
/// <param name="X">From the left.</param>
/// <param name="Y">From the top.</param>
/// <param name="Average">What was looked for in it, per pixel.</param>
internal readonly record struct IconArea(int X, int Y, uint Average)
{
    /// <summary>How much alike two areas are, in percent: 100 at the same place, 40 at the greatest distance that counts, 0 beyond it.</summary>
    /// <param name="other">The other area.</param>
    /// <param name="side">The side of such areas.</param>
    /// <param name="tolerance">By how much the averages may differ.</param>
    public int Likeness(IconArea other, int side, int tolerance)
    {
        var (x, y) = (X - other.X, Y - other.Y);
        var distance = (int)Math.Sqrt((x * x) + (y * y));
        var farthest = side * 3 / 4;
        // Averages wrap as ClamAV's do: an area that was not found has a very great one.
        var difference = Math.Abs((long)unchecked((int)Average - (int)other.Average));
        return distance > farthest || difference > tolerance ? 0 : 100 - (distance * 60 / farthest);
    }
}
