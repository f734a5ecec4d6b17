using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Dex;

/// <summary>The header's 112 bytes: magic, Adler-32, SHA-1, then words of 4 bytes; all tables are a count and an offset.</summary>
internal sealed class DexHeader(byte[] bytes)
{
    public DexTable Strings => Table(56);

    public DexTable Types => Table(64);

    public DexTable Protos => Table(72);

    public DexTable Fields => Table(80);

    public DexTable Methods => Table(88);

    public DexTable Classes => Table(96);

    public uint MapOffset => Word(52);

    public uint Word(int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    /// <summary>Bytes up to the first zero.</summary>
    public byte[] Text(int at, int length)
    {
        var text = bytes.AsSpan(at, length);
        var end = text.IndexOf((byte)0);
        return (end < 0 ? text : text[..end]).ToArray();
    }

    private DexTable Table(int at) => new(Word(at), Word(at + 4));
}

/// <summary>A table of the file: how many entries, and where they begin.</summary>
internal readonly record struct DexTable(uint Count, long Offset);

/// <summary>An entry of a table: little-endian numbers at fixed places. Its bytes are valid until the next is read.</summary>
internal readonly ref struct DexEntry(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public ushort UInt16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[at..]);

    public uint UInt32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[at..]);
}
