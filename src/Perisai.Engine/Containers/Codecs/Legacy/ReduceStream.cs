namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>
/// Methods 2 to 5 of zip (APPNOTE 5.2): likely followers of each byte, and below that runs that refer back.
/// </summary>
/// <param name="factor">1 to 4: how many bits of a byte count for the distance.</param>
internal sealed class ReduceStream(CodecInput input, int factor, long length) : HistoryStream(input, length)
{
    private const byte Escape = 144;

    private readonly byte[][] _followers = new byte[256][];
    private readonly int _lengthMask = 0xFF >> factor;
    private LowBits _bits = new(input);
    private bool _started;
    private byte _last;
    private int _copyLength;
    private int _copyDistance;

    protected override void Decode()
    {
        if (!_started)
            ReadFollowers();
        _copyLength = Copy(_copyDistance, _copyLength);
        while (HasRoom)
        {
            var value = Next();
            if (value != Escape)
            {
                Put(value);
                continue;
            }

            int code = Next();
            if (code == 0)
            {
                Put(Escape);
                continue;
            }

            var length = code & _lengthMask;
            if (length == _lengthMask)
                length += Next();
            _copyDistance = (code >> (8 - factor) << 8) + Next() + 1;
            _copyLength = Copy(_copyDistance, length + 3);
        }
    }

    private void ReadFollowers()
    {
        _started = true;
        for (var value = 255; value >= 0; value--)
        {
            var set = new byte[_bits.Read(6)];
            for (var index = 0; index < set.Length; index++)
                set[index] = (byte)_bits.Read(8);
            _followers[value] = set;
        }
    }

    private byte Next()
    {
        var set = _followers[_last];
        if (set.Length == 0 || _bits.Read(1) != 0)
            return _last = (byte)_bits.Read(8);
        var index = _bits.Read(Math.Max(1, 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)set.Length - 1)));
        return index < set.Length ? _last = set[index] : throw new CodecException("reduce: a follower does not exist.");
    }
}
