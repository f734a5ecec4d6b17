namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>
/// Haruhiko Okumura's ar002, in blocks that bring their own codes: -lh4- to -lh7- of LHA, and methods 1 to 3 of ARJ. A block is a number
/// of symbols, a code for code lengths, the code of literals and match lengths, and the code of distances' bit counts.
/// </summary>
/// <param name="window">How far matches reach back.</param>
/// <param name="distanceSymbols">How many bit counts distances may have.</param>
/// <param name="fill">What stands before the beginning: LHA has blanks, ARJ zeros.</param>
internal sealed class LzhStream(CodecInput input, long length, int window, int distanceSymbols, byte fill)
    : HistoryStream(input, length, window, fill)
{
    private const int LengthCodeSymbols = 19;
    private const int Literals = 256;
    private const int MinMatch = 3;

    /// <summary>Literals, and matches of 3 to 256 bytes.</summary>
    private const int MainSymbols = Literals + 254;

    private readonly HighCode _lengths = new(LengthCodeSymbols);
    private readonly HighCode _main = new(MainSymbols);
    private readonly HighCode _distances = new(distanceSymbols);
    private readonly int _distanceCountBits = distanceSymbols < 16 ? 4 : 5;
    private HighBits _bits = new(input);
    private int _left;
    private int _copyLength;
    private int _copyDistance;

    protected override void Decode()
    {
        _copyLength = Copy(_copyDistance, _copyLength);
        while (HasRoom)
        {
            if (_left == 0)
            {
                // A block of no symbols can only be one of 65,536, which programs do not write; it ends nothing either way.
                _left = _bits.Read(16);
                if (_left == 0)
                    throw new CodecException("lzh: a block is empty.");
                ReadCodes();
            }

            _left--;
            var symbol = _main.Next(ref _bits);
            if (symbol < Literals)
            {
                Put((byte)symbol);
                continue;
            }

            var bits = _distances.Next(ref _bits);
            _copyDistance = (bits <= 1 ? bits : (1 << (bits - 1)) + _bits.Read(bits - 1)) + 1;
            _copyLength = Copy(_copyDistance, symbol - Literals + MinMatch);
        }
    }

    private void ReadCodes()
    {
        ReadShortCode(_lengths, 5, pausesAfterThree: true);
        ReadMainCode();
        ReadShortCode(_distances, _distanceCountBits, pausesAfterThree: false);
    }

    /// <summary>Lengths of up to 6 in three bits; from 7 on another bit for each one more. After the third, a number of zeros.</summary>
    private void ReadShortCode(HighCode code, int countBits, bool pausesAfterThree)
    {
        var count = _bits.Read(countBits);
        if (count == 0)
        {
            code.BuildSingle(_bits.Read(countBits));
            return;
        }

        var lengths = code.Lengths;
        if (count > lengths.Length)
            throw new CodecException("lzh: too many code lengths.");
        lengths.Clear();
        for (var at = 0; at < count;)
        {
            var length = _bits.Read(3);
            if (length == 7)
            {
                while (_bits.Read(1) != 0)
                    length++;
                if (length > HighCode.MaxLength)
                    throw new CodecException("lzh: a code is too long.");
            }

            lengths[at++] = (byte)length;
            if (at == 3 && pausesAfterThree)
                at += _bits.Read(2);
        }

        code.Build();
    }

    private void ReadMainCode()
    {
        var count = _bits.Read(9);
        if (count == 0)
        {
            _main.BuildSingle(_bits.Read(9));
            return;
        }

        var lengths = _main.Lengths;
        if (count > lengths.Length)
            throw new CodecException("lzh: too many code lengths.");
        lengths.Clear();
        for (var at = 0; at < count;)
        {
            var symbol = _lengths.Next(ref _bits);
            switch (symbol)
            {
                case 0:
                    at++;
                    break;
                case 1:
                    at += 3 + _bits.Read(4);
                    break;
                case 2:
                    at += 20 + _bits.Read(9);
                    break;
                default:
                    lengths[at++] = (byte)(symbol - 2);
                    break;
            }
        }

        _main.Build();
    }
}
