namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>-lzs- of LArc: a bit tells literals (1) from matches: a place in a ring of 2 KiB in 11 bits, and a length of 2 to 17 in 4.</summary>
internal sealed class LzsStream(CodecInput input, long length) : HistoryStream(input, length, Ring, (byte)' ')
{
    private const int Ring = 2048;
    private const int MinMatch = 2;

    private HighBits _bits = new(input);
    private long _position = Ring - 17;
    private int _copyLength;
    private int _copyDistance;

    protected override void Decode()
    {
        _copyLength = Copy(_copyDistance, _copyLength);
        while (HasRoom)
        {
            if (_bits.Read(1) != 0)
            {
                Put((byte)_bits.Read(8));
                _position++;
                continue;
            }

            var place = _bits.Read(11);
            var count = _bits.Read(4) + MinMatch;
            _copyDistance = (int)(_position - place - 1 & (Ring - 1)) + 1;
            _position += count;
            _copyLength = Copy(_copyDistance, count);
        }
    }
}
