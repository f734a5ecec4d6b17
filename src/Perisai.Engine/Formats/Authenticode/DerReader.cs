namespace Perisai.Engine.Formats.Authenticode;

/// <summary>
/// Walks over the elements of one level of a DER encoding (ITU-T X.690). Nothing is believed: an element lies within what holds it, lengths are definite and
/// have at most four bytes, tags have one. Says no and never throws.
/// </summary>
internal ref struct DerReader(ReadOnlySpan<byte> bytes)
{
    public const byte Boolean = 0x01;
    public const byte Integer = 0x02;
    public const byte BitString = 0x03;
    public const byte OctetString = 0x04;
    public const byte Null = 0x05;
    public const byte ObjectIdentifier = 0x06;
    public const byte UtcTime = 0x17;
    public const byte GeneralizedTime = 0x18;
    public const byte Sequence = 0x30;
    public const byte Set = 0x31;

    /// <summary>The tag of a constructed element with a number of its context.</summary>
    public const byte Context = 0xA0;

    private const int LongestLength = 4;

    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>The next tag; 0, which no element has here, at the end.</summary>
    public readonly byte NextTag => _rest.IsEmpty ? (byte)0 : _rest[0];

    /// <summary>Reads the next element, whatever it is.</summary>
    public bool TryRead(out byte tag, out ReadOnlySpan<byte> content) => TryReadWhole(out tag, out _, out content);

    /// <summary>Reads the next element if it has this tag.</summary>
    public bool TryRead(byte tag, out ReadOnlySpan<byte> content) => TryReadWhole(tag, out _, out content);

    /// <summary>As <see cref="TryRead(byte, out ReadOnlySpan{byte})"/>, with the element's tag and length as well.</summary>
    public bool TryReadWhole(byte tag, out ReadOnlySpan<byte> whole, out ReadOnlySpan<byte> content)
    {
        whole = content = default;
        return NextTag == tag && TryReadWhole(out _, out whole, out content);
    }

    /// <summary>The level within the next element if it has this tag.</summary>
    public bool TryEnter(byte tag, out DerReader inner)
    {
        var found = TryRead(tag, out var content);
        inner = new(content);
        return found;
    }

    private bool TryReadWhole(out byte tag, out ReadOnlySpan<byte> whole, out ReadOnlySpan<byte> content)
    {
        whole = content = default;
        tag = NextTag;
        if (_rest.Length < 2 || (tag & 0x1F) == 0x1F)
            return false;
        var start = 2;
        uint length = _rest[1];
        if (length >= 0x80)
        {
            var count = (int)(length & 0x7F);
            if (count is 0 or > LongestLength || _rest.Length < 2 + count)
                return false;
            length = 0;
            for (; start < 2 + count; start++)
                length = (length << 8) | _rest[start];
        }

        if (length > (uint)(_rest.Length - start))
            return false;
        whole = _rest[..(start + (int)length)];
        content = whole[start..];
        _rest = _rest[whole.Length..];
        return true;
    }
}
