namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>
/// A code of implode: stored as runs of code lengths; short codes have high values, so that with its bits turned round it is an
/// ordinary canonical code.
/// </summary>
internal sealed class ShannonFanoCode(int symbols)
{
    private const int MaxLength = 16;

    private readonly int[] _counts = new int[MaxLength + 1];
    private readonly int[] _sorted = new int[symbols];

    /// <exception cref="CodecException">It has not as many lengths as symbols.</exception>
    public void Read(ref LowBits bits)
    {
        Span<byte> lengths = stackalloc byte[256];
        lengths = lengths[..symbols];
        var at = 0;
        for (var runs = bits.Read(8) + 1; runs > 0; runs--)
        {
            var run = bits.Read(8);
            var count = (run >> 4) + 1;
            if (count > symbols - at)
                throw new CodecException("implode: too many code lengths.");
            lengths.Slice(at, count).Fill((byte)((run & 15) + 1));
            at += count;
        }

        if (at != symbols)
            throw new CodecException("implode: too few code lengths.");
        var index = 0;
        for (var length = 1; length <= MaxLength; length++)
        {
            var start = index;
            for (var symbol = 0; symbol < symbols; symbol++)
            {
                if (lengths[symbol] == length)
                    _sorted[index++] = symbol;
            }

            _counts[length] = index - start;
        }
    }

    /// <exception cref="CodecException">There is no such code.</exception>
    public int Next(ref LowBits bits)
    {
        var code = 0;
        var first = 0;
        var index = 0;
        for (var length = 1; length <= MaxLength; length++)
        {
            code |= 1 - bits.Read(1);
            var count = _counts[length];
            if (code - first < count && code >= first)
                return _sorted[index + code - first];
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }

        throw new CodecException("implode: a code does not exist.");
    }
}
