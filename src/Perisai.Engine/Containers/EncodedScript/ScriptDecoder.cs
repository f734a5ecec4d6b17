namespace Perisai.Engine.Containers.EncodedScript;

/// <summary>
/// Decodes what stands behind the mark <c>#@~^</c>, a byte at a time: the length of the encoded script (32 bits with the low byte first, in base64, 8
/// characters), the script, the sum of its characters in the same form, and <c>^#~@</c>. The length counts encoded bytes; line ends, which may
/// have been put in on the way, are none of them.
/// </summary>
internal sealed class ScriptDecoder
{
    /// <summary>A length or a sum in base64.</summary>
    private const int NumberLength = 8;

    private readonly byte[] _number = new byte[NumberLength];
    private Part _part;
    private int _count;
    private uint _rest;
    private uint _sum;
    private int _step;
    private bool _isEscaped;
    private bool _isSecondOfTwo;

    private enum Part
    {
        Length, Script, Sum, EndMark, End,
    }

    public static ReadOnlySpan<byte> Mark => "#@~^"u8;

    private static ReadOnlySpan<byte> EndMark => "^#~@"u8;

    /// <summary>Whether everything up to the last mark was taken.</summary>
    public bool HasEnded => _part == Part.End;

    /// <summary>Whether the whole script was decoded, whatever comes behind it.</summary>
    public bool IsWhole => _part > Part.Script;

    /// <summary>Whether the bytes that are taken are of the script's length.</summary>
    public bool IsInLength => _part == Part.Length;

    /// <summary>Whether the sum and the mark behind the script are as they must be.</summary>
    public bool IsIntact { get; private set; } = true;

    /// <summary>Takes a byte; true where a character of the script comes of it.</summary>
    public bool TryDecode(byte value, out byte character)
    {
        character = 0;
        switch (_part)
        {
            case Part.Length:
                if (TakeNumber(value, out _rest))
                    _part = _rest > 0 ? Part.Script : Part.Sum;
                return false;
            case Part.Script:
                return TryTake(value, out character);
            case Part.Sum:
                if (!TakeNumber(value, out var sum))
                    return false;
                IsIntact &= sum == _sum;
                _part = Part.EndMark;
                return false;
            case Part.EndMark:
                IsIntact &= value == EndMark[_count++];
                if (_count == EndMark.Length)
                    _part = Part.End;
                return false;
            default:
                return false;
        }
    }

    private bool TryTake(byte value, out byte character)
    {
        character = value;
        if (_isSecondOfTwo)
        {
            _isSecondOfTwo = false;
            Count();
            return true;
        }

        if (_isEscaped)
        {
            _isEscaped = false;
            character = ScriptAlphabets.DecodeEscaped(value);
        }
        else if (value is (byte)'\r' or (byte)'\n')
        {
            return false;
        }
        else if (value >= 0x80)
        {
            // Characters of two bytes are not encoded and count as one.
            _isSecondOfTwo = true;
            return true;
        }
        else
        {
            character = ScriptAlphabets.Decode(value, _step);
            if (character == ScriptAlphabets.Escape && _rest > 1)
            {
                _isEscaped = true;
                Count();
                return false;
            }
        }

        _sum += character;
        _step = (_step + 1) % ScriptAlphabets.StepCount;
        Count();
        return true;
    }

    private void Count()
    {
        if (--_rest == 0)
            _part = Part.Sum;
    }

    /// <summary>Takes a character of a number; true where it was the last.</summary>
    private bool TakeNumber(byte value, out uint number)
    {
        number = 0;
        _number[_count++] = value;
        if (_count < NumberLength)
            return false;
        _count = 0;
        Span<byte> bytes = stackalloc byte[6];
        if (System.Buffers.Text.Base64.DecodeFromUtf8(_number, bytes, out _, out var written) == System.Buffers.OperationStatus.Done && written >= 4)
            number = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        else
            IsIntact = false;
        return true;
    }
}
