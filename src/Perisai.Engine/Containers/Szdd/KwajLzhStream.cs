using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Legacy;

namespace Perisai.Engine.Containers.Szdd;

/// <summary>
/// Method 3 of KWAJ (Jeff Johnson's LZH): five codes, each with its own way to store the lengths of words, then matches and runs of literals
/// in turn. The data ends where the input does.
/// </summary>
internal sealed class KwajLzhStream(CodecInput input, long length) : HistoryStream(input, length, 4096, (byte)' ')
{
    private const int Ring = 4096;
    private const int MaxRun = 32;

    private readonly HighCode _matches = new(16);
    private readonly HighCode _matchesAfterRun = new(16);
    private readonly HighCode _runs = new(32);
    private readonly HighCode _places = new(64);
    private readonly HighCode _literals = new(256);
    private readonly bool _endsWithInput = length == long.MaxValue;
    private HighBits _bits = new(input);
    private bool _started;
    private bool _afterRun;
    private int _run;
    private int _copyLength;
    private int _copyDistance;

    protected override void Decode()
    {
        if (!_started)
            ReadCodes();
        _copyLength = Copy(_copyDistance, _copyLength);
        while (HasRoom)
        {
            if (_run > 0)
            {
                Put((byte)_literals.Next(ref _bits));
                _run--;
                continue;
            }

            if (_endsWithInput && _bits.IsAtEnd())
            {
                Finished = true;
                return;
            }

            var count = (_afterRun ? _matchesAfterRun : _matches).Next(ref _bits);
            if (count == 0)
            {
                _run = _runs.Next(ref _bits) + 1;
                _afterRun = _run != MaxRun;
                continue;
            }

            _afterRun = false;
            var distance = _places.Next(ref _bits) << 6 | _bits.Read(6);
            _copyDistance = distance == 0 ? Ring : distance;
            _copyLength = Copy(_copyDistance, count + 2);
        }
    }

    private void ReadCodes()
    {
        _started = true;
        Span<int> kinds = stackalloc int[6];
        foreach (ref var kind in kinds)
            kind = _bits.Read(4);
        ReadCode(_matches, kinds[0]);
        ReadCode(_matchesAfterRun, kinds[1]);
        ReadCode(_runs, kinds[2]);
        ReadCode(_places, kinds[3]);
        ReadCode(_literals, kinds[4]);
    }

    private void ReadCode(HighCode code, int kind)
    {
        var lengths = code.Lengths;
        switch (kind)
        {
            case 0:
                lengths.Fill((byte)int.Log2(lengths.Length));
                break;
            case 1:
                // The same again, one more, or any.
                var value = _bits.Read(4);
                lengths[0] = (byte)value;
                for (var at = 1; at < lengths.Length; at++)
                {
                    if (_bits.Read(1) != 0)
                        value = _bits.Read(1) == 0 ? value + 1 : _bits.Read(4);
                    lengths[at] = Checked(value);
                }

                break;
            case 2:
                // One less, the same, one more, or any.
                value = _bits.Read(4);
                lengths[0] = (byte)value;
                for (var at = 1; at < lengths.Length; at++)
                {
                    var step = _bits.Read(2);
                    value = step == 3 ? _bits.Read(4) : value + step - 1;
                    lengths[at] = Checked(value);
                }

                break;
            case 3:
                foreach (ref var each in lengths)
                    each = (byte)_bits.Read(4);
                break;
            default:
                throw new CodecException("kwaj: there is no such kind of code.");
        }

        code.Build();
    }

    private static byte Checked(int length) =>
        length is >= 0 and <= HighCode.MaxLength ? (byte)length : throw new CodecException("kwaj: a code is too long.");
}
