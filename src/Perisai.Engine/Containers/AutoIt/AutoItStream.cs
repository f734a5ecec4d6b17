using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Legacy;

namespace Perisai.Engine.Containers.AutoIt;

/// <summary>
/// The compression of both versions: eight bytes of mark and length have gone before; then a bit tells literals from matches, which have a
/// distance of 15 bits and a length in 2, 3, 5 and any number of 8 bits, each going on where the one before is all ones.
/// </summary>
/// <param name="matchBit">The bit that begins a match: 1 in EA05, 0 in EA06.</param>
internal sealed class AutoItStream(CodecInput input, long length, int matchBit) : HistoryStream(input, length, 32 << 10)
{
    private const int MinMatch = 3;

    private HighBits _bits = new(input);
    private int _copyLength;
    private int _copyDistance;

    protected override void Decode()
    {
        _copyLength = Copy(_copyDistance, _copyLength);
        while (HasRoom)
        {
            if (_bits.Read(1) != matchBit)
            {
                Put((byte)_bits.Read(8));
                continue;
            }

            _copyDistance = _bits.Read(15);
            _copyLength = Copy(_copyDistance, ReadLength());
        }
    }

    private int ReadLength()
    {
        var length = MinMatch;
        ReadOnlySpan<int> widths = [2, 3, 5];
        foreach (var width in widths)
        {
            var part = _bits.Read(width);
            length += part;
            if (part != (1 << width) - 1)
                return length;
        }

        while (true)
        {
            var part = _bits.Read(8);
            length += part;
            if (part != 255)
                return length;
            if (length > 1 << 24)
                throw new CodecException("autoit: a match is too long.");
        }
    }
}
