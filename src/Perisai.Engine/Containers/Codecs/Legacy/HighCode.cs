namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>A canonical code in bits from the most significant one on; it may have one symbol alone, which takes no bits.</summary>
internal sealed class HighCode(int symbols)
{
    public const int MaxLength = CanonicalCode.MaxLength;

    private readonly CanonicalCode _code = new(symbols);
    private int _only = -1;

    /// <summary>The length of each symbol's word, 0 where it has none.</summary>
    public Span<byte> Lengths => _code.Lengths;

    /// <summary>Makes a code of one symbol, which takes no bits.</summary>
    /// <exception cref="CodecException">There is no such symbol.</exception>
    public void BuildSingle(int symbol) =>
        _only = symbol < symbols ? symbol : throw new CodecException("A code has a symbol that does not exist.");

    /// <inheritdoc cref="CanonicalCode.Build"/>
    public void Build()
    {
        _only = -1;
        _code.Build();
    }

    /// <exception cref="CodecException">There is no such word.</exception>
    public int Next(ref HighBits bits)
    {
        if (_only >= 0)
            return _only;
        var symbol = _code.Find(bits.Peek(MaxLength), out var length);
        bits.Drop(length);
        return symbol;
    }
}
