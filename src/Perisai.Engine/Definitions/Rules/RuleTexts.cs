using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Definitions.Rules;

/// <summary>Texts of rules: each once, behind its length in four bytes.</summary>
internal sealed class RuleTexts
{
    private readonly MemoryStream _bytes = new();
    private readonly Dictionary<string, uint> _places = new(StringComparer.Ordinal);

    public ReadOnlySpan<byte> Bytes => _bytes.GetBuffer().AsSpan(0, (int)_bytes.Length);

    /// <summary>Adds a text of one character a byte; gives its place.</summary>
    public uint Add(string latin1)
    {
        if (!_places.TryGetValue(latin1, out var place))
        {
            place = Add(Encoding.Latin1.GetBytes(latin1));
            _places.Add(latin1, place);
        }

        return place;
    }

    public uint Add(ReadOnlySpan<byte> bytes)
    {
        var place = checked((uint)_bytes.Length);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        _bytes.Write(length);
        _bytes.Write(bytes);
        return place;
    }

    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> texts, uint place) =>
        texts.Slice((int)place + 4, BinaryPrimitives.ReadInt32LittleEndian(texts[(int)place..]));
}
