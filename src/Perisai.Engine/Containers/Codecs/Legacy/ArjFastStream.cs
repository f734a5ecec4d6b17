namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>Method 4 of ARJ, the fastest: lengths and distances are numbers whose first bits, in unary, tell how many more follow.</summary>
internal sealed class ArjFastStream(CodecInput input, long length) : HistoryStream(input, length, 16 << 10)
{
    private HighBits _bits = new(input);
    private int _copyLength;
    private int _copyDistance;

    protected override void Decode()
    {
        _copyLength = Copy(_copyDistance, _copyLength);
        while (HasRoom)
        {
            var length = ReadNumber(0, 7);
            if (length == 0)
            {
                Put((byte)_bits.Read(8));
                continue;
            }

            _copyDistance = ReadNumber(9, 13) + 1;
            _copyLength = Copy(_copyDistance, length + 2);
        }
    }

    /// <summary>A number of at least <paramref name="least"/> bits; each 1 before it adds the whole range of that width, and a bit.</summary>
    private int ReadNumber(int least, int most)
    {
        var plus = 0;
        var width = least;
        while (width < most && _bits.Read(1) != 0)
            plus += 1 << width++;
        return plus + _bits.Read(width);
    }
}
