namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>
/// Okumura's LZSS with a ring of 4 KiB: a byte of eight flags, then literals (1) and matches (0) of two bytes: a place in the ring in
/// 8 and 4 bits, and a length of 3 to 18 in the other 4. SZDD, KWAJ and -lz5- differ in where the ring begins and what it holds at first.
/// The data ends where the input does, or at the length.
/// </summary>
/// <param name="start">The place in the ring where the first byte goes.</param>
internal sealed class RingStream(CodecInput input, long length, int start, bool isLz5 = false)
    : HistoryStream(input, length, Ring, (byte)' ')
{
    private const int Ring = 4096;
    private const int MinMatch = 3;

    private readonly bool _endsWithInput = length == long.MaxValue;
    private long _position = start;
    private int _flags = 1;
    private int _copyLength;
    private int _copyDistance;

    protected override void Decode()
    {
        _copyLength = Copy(_copyDistance, _copyLength);
        while (HasRoom)
        {
            if (_flags == 1)
            {
                if (!Input.Ensure(1))
                {
                    End();
                    return;
                }

                _flags = Input.ReadByte() | 0x100;
            }

            var isLiteral = (_flags & 1) != 0;
            if (!Input.Ensure(isLiteral ? 1 : 2))
            {
                // The flags of the last byte that are left over stand for nothing; half a match is a cut.
                if (Input.Available > 0)
                    throw CodecException.Truncated();
                End();
                return;
            }

            _flags >>= 1;
            if (isLiteral)
            {
                Put(Input.ReadByte());
                _position++;
                continue;
            }

            int low = Input.ReadByte();
            int high = Input.ReadByte();
            var place = low | (high & 0xF0) << 4;
            var count = (high & 15) + MinMatch;
            _copyDistance = (int)(_position - place - 1 & (Ring - 1)) + 1;
            _position += count;
            _copyLength = Copy(_copyDistance, count);
        }
    }

    /// <summary>The ring of -lz5- begins with runs of every byte and with all bytes up and down, so that there is something to refer to.</summary>
    protected override void Prepare(Span<byte> before)
    {
        if (!isLz5)
            return;
        // The place p of the ring lies at p - start bytes behind the first byte, going round.
        for (var place = 0; place < Ring; place++)
            before[(place - start + Ring) & (Ring - 1)] = At(place);

        static byte At(int place) => place switch
        {
            < 3328 => (byte)(place / 13),
            < 3584 => (byte)(place - 3328),
            < 3840 => (byte)(3839 - place),
            < 3968 => 0,
            _ => (byte)' ',
        };
    }

    private void End()
    {
        if (_endsWithInput)
            Finished = true;
        else
            throw CodecException.Truncated();
    }
}
