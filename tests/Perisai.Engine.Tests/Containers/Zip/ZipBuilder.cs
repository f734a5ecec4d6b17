using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Perisai.Engine.Tests.Containers.Zip;

/// <summary>Writes zip archives, also such as no program writes.</summary>
internal sealed class ZipBuilder
{
    public sealed record Header(byte[] Name, ushort Method, ushort Flags, uint Checksum, uint Stored, uint Length)
    {
        public byte[] Extra { get; init; } = [];

        public uint Offset { get; init; }
    }

    private readonly MemoryStream _bytes = new();
    private readonly List<Header> _directory = [];

    public int Position => (int)_bytes.Length;

    public static byte[] Deflate(byte[] content)
    {
        var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, true))
            deflate.Write(content);
        return packed.ToArray();
    }

    public static Header Describe(string name, byte[] content, ushort method, byte[] data, ushort flags = 0) =>
        new(System.Text.Encoding.UTF8.GetBytes(name), method, flags, Crc32.HashToUInt32(content), (uint)data.Length, (uint)content.Length);

    public ZipBuilder Raw(params byte[] bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public ZipBuilder Local(Header header)
    {
        Span<byte> bytes = stackalloc byte[30];
        "PK\u0003\u0004"u8.CopyTo(bytes);
        bytes[4] = 20;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], header.Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], header.Method);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[14..], header.Checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[18..], header.Stored);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[22..], header.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[26..], (ushort)header.Name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[28..], (ushort)header.Extra.Length);
        _bytes.Write(bytes);
        return Raw(header.Name).Raw(header.Extra);
    }

    public ZipBuilder Directory(Header header)
    {
        _directory.Add(header);
        return this;
    }

    /// <summary>An entry whose headers agree.</summary>
    public ZipBuilder Add(string name, byte[] content, ushort method = 8, byte[]? data = null, ushort flags = 0)
    {
        data ??= method == 8 ? Deflate(content) : content;
        var header = Describe(name, content, method, data, flags) with { Offset = (uint)Position };
        return Local(header).Raw(data).Directory(header);
    }

    public byte[] ToArray(string comment = "", int? count = null)
    {
        var start = Position;
        foreach (var header in _directory)
        {
            var bytes = new byte[46];
            "PK\u0001\u0002"u8.CopyTo(bytes);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), header.Flags);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(10), header.Method);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), header.Checksum);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), header.Stored);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), header.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(28), (ushort)header.Name.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(30), (ushort)header.Extra.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(42), header.Offset);
            Raw(bytes).Raw(header.Name).Raw(header.Extra);
        }

        var end = new byte[22];
        "PK\u0005\u0006"u8.CopyTo(end);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)(count ?? _directory.Count));
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)(count ?? _directory.Count));
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), Position - start);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(16), start);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(20), (ushort)comment.Length);
        return Raw(end).Raw(System.Text.Encoding.Latin1.GetBytes(comment))._bytes.ToArray();
    }
}
