using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pictures.Gif;

/// <summary>
/// The LZW of GIF: codes of growing width, the lowest bit first, in blocks of up to 255 bytes. A code stands for a code seen before and one more pixel.
/// </summary>
internal sealed class GifCodes
{
    private const int MostCodes = 4096;
    private const int LongestCode = 12;

    /// <summary>The longest string that a full table can hold.</summary>
    private readonly byte[] _string = new byte[MostCodes + 1];
    private readonly ushort[] _prefixes = new ushort[MostCodes];
    private readonly byte[] _lasts = new byte[MostCodes];
    private readonly byte[] _firsts = new byte[MostCodes];

    /// <summary>Decodes until the frame is complete.</summary>
    /// <param name="reader">Stands at the smallest width of codes.</param>
    /// <exception cref="CodecException">The data are damaged, or end before the frame is complete.</exception>
    public void Decode(BoundedReader reader, GifFrame frame)
    {
        if (!reader.TryReadByte(out var smallest) || smallest is < 1 or > 11)
            throw PictureFaults.Damaged("The width of the codes is wrong.");
        var (clear, end) = (1 << smallest, (1 << smallest) + 1);
        for (var code = 0; code < clear; code++)
            _firsts[code] = _lasts[code] = (byte)code;
        var (width, next, previous) = (smallest + 1, end + 1, -1);
        uint bits = 0;
        var count = 0;
        while (!frame.IsComplete && reader.Budget.CheckTime())
        {
            if (!reader.TryReadByte(out var length) || !reader.TryGetSpan(length, out var block) || length == 0)
                throw CodecException.Truncated();
            foreach (var value in block)
            {
                bits |= (uint)value << count;
                count += 8;
                while (count >= width)
                {
                    var code = (int)(bits & ((1u << width) - 1));
                    bits >>= width;
                    count -= width;
                    if (code == clear)
                    {
                        (width, next, previous) = (smallest + 1, end + 1, -1);
                        continue;
                    }

                    if (code == end)
                    {
                        if (!frame.IsComplete)
                            throw CodecException.Truncated();
                        return;
                    }

                    if (code > next || (code == next && (previous < 0 || next >= MostCodes)) || (previous < 0 && code >= clear))
                        throw PictureFaults.Damaged("A code stands for nothing.");
                    if (previous >= 0 && next < MostCodes)
                    {
                        _prefixes[next] = (ushort)previous;
                        _firsts[next] = _firsts[previous];
                        _lasts[next] = code == next ? _firsts[previous] : _firsts[code];
                        next++;
                        if (next == 1 << width && width < LongestCode)
                            width++;
                    }

                    Add(code, clear, frame);
                    previous = code;
                }
            }
        }

        if (!frame.IsComplete)
            throw PictureFaults.Damaged("The time is up.");
    }

    /// <summary>The pixels that a code stands for, found from the last to the first.</summary>
    private void Add(int code, int clear, GifFrame frame)
    {
        var at = _string.Length;
        for (; code > clear; code = _prefixes[code])
            _string[--at] = _lasts[code];
        _string[--at] = (byte)code;
        frame.Add(_string.AsSpan(at));
    }
}
