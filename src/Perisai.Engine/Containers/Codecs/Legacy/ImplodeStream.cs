namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>
/// Method 6 of zip (APPNOTE 5.3): literals and references back, with Shannon-Fano codes for the lengths, the high bits of the
/// distances and, if wanted, the literals.
/// </summary>
/// <param name="largeWindow">8 KiB instead of 4 KiB.</param>
/// <param name="codedLiterals">Literals have a code of their own; references are then one byte longer at least.</param>
internal sealed class ImplodeStream(CodecInput input, bool largeWindow, bool codedLiterals, long length) : HistoryStream(input, length)
{
    private readonly ShannonFanoCode _literals = new(256);
    private readonly ShannonFanoCode _lengths = new(64);
    private readonly ShannonFanoCode _distances = new(64);
    private LowBits _bits = new(input);
    private bool _started;
    private int _copyLength;
    private int _copyDistance;

    protected override void Decode()
    {
        if (!_started)
        {
            _started = true;
            if (codedLiterals)
                _literals.Read(ref _bits);
            _lengths.Read(ref _bits);
            _distances.Read(ref _bits);
        }

        _copyLength = Copy(_copyDistance, _copyLength);
        var lowBits = largeWindow ? 7 : 6;
        while (HasRoom)
        {
            if (_bits.Read(1) != 0)
            {
                Put((byte)(codedLiterals ? _literals.Next(ref _bits) : _bits.Read(8)));
                continue;
            }

            var low = _bits.Read(lowBits);
            _copyDistance = (_distances.Next(ref _bits) << lowBits | low) + 1;
            var length = _lengths.Next(ref _bits);
            if (length == 63)
                length += _bits.Read(8);
            _copyLength = Copy(_copyDistance, length + (codedLiterals ? 3 : 2));
        }
    }
}
