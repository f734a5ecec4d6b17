using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pictures.Bmp;

/// <summary>
/// The run lengths of bitmaps of four and eight bits: pairs of a count and a pixel (or two pixels in turn), or a zero and a command. Pixels that no pair
/// reaches are black, whatever the palette says.
/// </summary>
internal static class BmpRuns
{
    private const int EndOfRow = 0;
    private const int EndOfPicture = 1;
    private const int Move = 2;

    /// <exception cref="CodecException">A move leaves the picture, or the data end too early.</exception>
    public static void Decode(ReadOnlySpan<byte> data, BmpHeader header, LumaPicture picture)
    {
        var isNibbles = header.Compression == BmpCompression.RunLength4;
        int at = 0, x = 0, y = 0;
        while (y < picture.Height)
        {
            var (count, value) = (Take(data, ref at), Take(data, ref at));
            if (count > 0)
            {
                var run = Room(picture, x, y, count);
                for (var i = 0; i < run.Length; i++)
                    run[i] = header.Palette[!isNibbles ? value : i % 2 == 0 ? value >> 4 : value & 15];
                x += run.Length;
                continue;
            }

            switch (value)
            {
                case EndOfRow:
                    x = 0;
                    y++;
                    break;
                case EndOfPicture:
                    return;
                case Move:
                    var (right, up) = (Take(data, ref at), Take(data, ref at));
                    x += right;
                    y += up;
                    if (x > picture.Width || y >= picture.Height)
                        throw PictureFaults.Damaged("A move leaves the picture.");
                    break;
                default:
                    var length = isNibbles ? (value + 1) / 2 : value;
                    length += length & 1;
                    if (data.Length - at < length)
                        throw CodecException.Truncated();
                    var row = Room(picture, x, y, value);
                    for (var i = 0; i < row.Length; i++)
                        row[i] = header.Palette[!isNibbles ? data[at + i] : i % 2 == 0 ? data[at + (i / 2)] >> 4 : data[at + (i / 2)] & 15];
                    x += row.Length;
                    at += length;
                    break;
            }
        }
    }

    private static int Take(ReadOnlySpan<byte> data, ref int at) => at < data.Length ? data[at++] : throw CodecException.Truncated();

    /// <summary>Where a run goes; the first row is the lowest. What goes beyond the row is the padding of some writers, and dropped.</summary>
    private static Span<byte> Room(LumaPicture picture, int x, int y, int count) =>
        picture.Row(picture.Height - 1 - y).Slice(x, Math.Min(count, picture.Width - x));
}
