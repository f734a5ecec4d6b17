using System.Text;

namespace Perisai.Engine.Tests.Containers.Tnef;

/// <summary>Writes TNEF streams by the specification, attribute by attribute.</summary>
internal sealed class TnefBuilder
{
    private readonly MemoryStream _bytes = new();

    public TnefBuilder() => _bytes.Write([0x78, 0x9F, 0x3E, 0x22, 1, 0]);

    public TnefBuilder Attribute(byte level, uint tag, byte[] data, uint? length = null)
    {
        _bytes.WriteByte(level);
        _bytes.Write(BitConverter.GetBytes(tag));
        _bytes.Write(BitConverter.GetBytes(length ?? (uint)data.Length));
        _bytes.Write(data);
        _bytes.Write(BitConverter.GetBytes((ushort)data.Sum(value => value)));
        return this;
    }

    public byte[] ToArray() => _bytes.ToArray();

    /// <summary>A list of properties that begins with some of fixed length and named ones, which a reader has to pass over.</summary>
    public static byte[] Properties(params (ushort Identifier, ushort Type, byte[] Value)[] properties)
    {
        var list = new MemoryStream();
        list.Write(BitConverter.GetBytes(properties.Length + 4));
        list.Write([0x03, 0, 0x05, 0x37, 1, 0, 0, 0]);
        list.Write([0x40, 0, 0x07, 0x30, 1, 2, 3, 4, 5, 6, 7, 8]);
        // Named by a number, and by a name of six bytes that are filled up to eight.
        list.Write([0x0B, 0, 0x01, 0x80, .. new byte[16], 0, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0]);
        list.Write([0x03, 0x10, 0x02, 0x80, .. new byte[16], 1, 0, 0, 0, 6, 0, 0, 0, .. "a\0b\0\0\0\0\0"u8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]);
        foreach (var (identifier, type, value) in properties)
        {
            list.Write(BitConverter.GetBytes(type));
            list.Write(BitConverter.GetBytes(identifier));
            list.Write(BitConverter.GetBytes(1));
            list.Write(BitConverter.GetBytes(value.Length));
            list.Write(value);
            list.Write(new byte[(4 - value.Length % 4) % 4]);
        }

        return list.ToArray();
    }

    public static byte[] Unicode(string text) => Encoding.Unicode.GetBytes(text + "\0");
}
