using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Tests.Modules;

/// <summary>A PE with one section: address 4096 of it is byte 1024 of the file. Made for what no linker makes.</summary>
internal sealed class PeBuilder(bool is64Bit, int contentLength = 0x10000)
{
    public const uint Address = 0x1000;
    public const int Offset = 0x400;

    private const int Header = 0x80;
    private const int Optional = Header + 24;

    private readonly byte[] _bytes = new byte[Offset + contentLength];

    /// <summary>The section's bytes.</summary>
    public Span<byte> Content => _bytes.AsSpan(Offset);

    public PeBuilder Directory(int index, uint address, uint length)
    {
        var at = Optional + (is64Bit ? 112 : 96) + index * 8;
        Write32(at, address);
        Write32(at + 4, length);
        return this;
    }

    /// <summary>Writes words into the section.</summary>
    public PeBuilder Words(int offset, params uint[] words)
    {
        foreach (var word in words)
        {
            Write32(Offset + offset, word);
            offset += 4;
        }

        return this;
    }

    public PeBuilder Text(int offset, string text)
    {
        Encoding.Latin1.GetBytes(text).CopyTo(Content[offset..]);
        return this;
    }

    public byte[] Build()
    {
        "MZ"u8.CopyTo(_bytes);
        Write32(0x3C, Header);
        "PE\0\0"u8.CopyTo(_bytes.AsSpan(Header));
        Write16(Header + 4, is64Bit ? 0x8664 : 0x14C);
        Write16(Header + 6, 1);
        Write16(Header + 20, is64Bit ? 240 : 224);
        Write16(Header + 22, 0x2102);
        Write16(Optional, is64Bit ? 0x20B : 0x10B);
        Write32(Optional + 32, 0x1000);
        Write32(Optional + 36, 0x200);
        Write32(Optional + 56, 0x1000_0000);
        Write32(Optional + (is64Bit ? 108 : 92), 16);
        var section = Optional + (is64Bit ? 240 : 224);
        ".all"u8.CopyTo(_bytes.AsSpan(section));
        Write32(section + 8, (uint)Content.Length);
        Write32(section + 12, Address);
        Write32(section + 16, (uint)Content.Length);
        Write32(section + 20, Offset);
        return _bytes;
    }

    private void Write16(int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(at), (ushort)value);

    private void Write32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(at), value);
}
