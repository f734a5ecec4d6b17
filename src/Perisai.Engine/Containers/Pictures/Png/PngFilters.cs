namespace Perisai.Engine.Containers.Pictures.Png;

/// <summary>Undoes the filters of PNG (section 9 of its specification): each row says how its bytes were predicted.</summary>
internal static class PngFilters
{
    /// <param name="filter">0 to 4.</param>
    /// <param name="row">The row; it is changed.</param>
    /// <param name="above">The row above it; zeros for the first.</param>
    /// <param name="back">The distance to the byte before, that is the bytes of a pixel.</param>
    /// <exception cref="Codecs.CodecException">There is no such filter.</exception>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int back)
    {
        above = above[..row.Length];
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (var i = back; i < row.Length; i++)
                    row[i] += row[i - back];
                break;
            case 2:
                for (var i = 0; i < row.Length; i++)
                    row[i] += above[i];
                break;
            case 3:
                for (var i = 0; i < row.Length; i++)
                    row[i] += (byte)(((i < back ? 0 : row[i - back]) + above[i]) / 2);
                break;
            case 4:
                for (var i = 0; i < row.Length; i++)
                    row[i] += i < back ? above[i] : Paeth(row[i - back], above[i], above[i - back]);
                break;
            default:
                throw PictureFaults.Damaged($"A row has the filter {filter}, which PNG does not know.");
        }
    }

    /// <summary>Of three neighbours the one nearest to left + up − corner.</summary>
    private static byte Paeth(int left, int up, int corner)
    {
        var estimate = left + up - corner;
        var (fromLeft, fromUp, fromCorner) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - corner));
        return (byte)(fromLeft <= fromUp && fromLeft <= fromCorner ? left : fromUp <= fromCorner ? up : corner);
    }
}
