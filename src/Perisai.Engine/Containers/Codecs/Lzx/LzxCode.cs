namespace Perisai.Engine.Containers.Codecs.Lzx;

/// <summary>A canonical code in the bits of LZX.</summary>
internal sealed class LzxCode(int symbols)
{
    private readonly CanonicalCode _code = new(symbols);

    /// <summary>The length of each symbol's word, 0 where it has none. They stay from one block to the next.</summary>
    public byte[] Lengths => _code.Lengths;

    /// <inheritdoc cref="CanonicalCode.Build"/>
    public void Build() => _code.Build();

    public int Decode(ref LzxBits bits)
    {
        var symbol = _code.Find(bits.Peek16(), out var length);
        bits.Drop(length);
        return symbol;
    }
}
