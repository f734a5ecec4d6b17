namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>
/// -lh1- of LHarc (Haruyasu Yoshizaki's LZHUF): literals and match lengths of 3 to 60 bytes in a code that adapts with each symbol, and
/// distances of up to 4 KiB whose upper six bits have a code that stays.
/// </summary>
internal sealed class LzhDynamicStream(CodecInput input, long length) : HistoryStream(input, length, 4096, (byte)' ')
{
    private const int Literals = 256;
    private const int MinMatch = 3;

    private static readonly HighCode _distances = MakeDistances();

    private readonly AdaptiveCode _symbols = new(Literals + 58);
    private HighBits _bits = new(input);
    private int _copyLength;
    private int _copyDistance;

    protected override void Decode()
    {
        _copyLength = Copy(_copyDistance, _copyLength);
        while (HasRoom)
        {
            var symbol = _symbols.Next(ref _bits);
            if (symbol < Literals)
            {
                Put((byte)symbol);
                continue;
            }

            _copyDistance = (_distances.Next(ref _bits) << 6 | _bits.Read(6)) + 1;
            _copyLength = Copy(_copyDistance, symbol - Literals + MinMatch);
        }
    }

    /// <summary>Near places have short words: of 3 to 8 bits, so many of each.</summary>
    private static HighCode MakeDistances()
    {
        var code = new HighCode(64);
        ReadOnlySpan<byte> counts = [1, 3, 8, 12, 24, 16];
        var at = 0;
        for (var length = 3; length <= 8; length++)
        {
            code.Lengths.Slice(at, counts[length - 3]).Fill((byte)length);
            at += counts[length - 3];
        }

        code.Build();
        return code;
    }
}
