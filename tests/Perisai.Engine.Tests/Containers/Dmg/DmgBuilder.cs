using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Dmg;

/// <summary>An Apple disk image: chunks as they are added, two tables of them, the property list and the trailer.</summary>
internal sealed class DmgBuilder
{
    private readonly List<(uint Kind, long Sector, long Sectors, long Offset, long Length)> _chunks = [];
    private readonly List<byte> _data = [];
    private long _sector;

    /// <summary>Adds a chunk that stands for so many bytes of the disk.</summary>
    public DmgBuilder Add(uint kind, long length, byte[] stored)
    {
        _chunks.Add((kind, _sector, length / 512, _data.Count, stored.Length));
        _data.AddRange(stored);
        _sector += length / 512;
        return this;
    }

    public byte[] ToArray()
    {
        var half = (_chunks.Count + 1) / 2;
        var list = $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <plist version="1.0"><dict><key>resource-fork</key><dict><key>blkx</key><array>
            <dict><key>Name</key><string>first</string><key>Data</key><data>
            {Table(_chunks[..half])}
            </data></dict>
            <dict><key>Name</key><string>second</string><key>Data</key><data>
            {Table(_chunks[half..])}
            </data></dict>
            </array></dict></dict></plist>
            """;
        var properties = Encoding.UTF8.GetBytes(list);
        var trailer = new byte[512];
        "koly"u8.CopyTo(trailer);
        trailer[7] = 4;
        trailer[10] = 2;
        BinaryPrimitives.WriteInt64BigEndian(trailer.AsSpan(32), _data.Count);
        trailer[59] = 1;
        trailer[63] = 1;
        BinaryPrimitives.WriteInt64BigEndian(trailer.AsSpan(216), _data.Count);
        BinaryPrimitives.WriteInt64BigEndian(trailer.AsSpan(224), properties.Length);
        BinaryPrimitives.WriteInt64BigEndian(trailer.AsSpan(492), _sector);
        trailer[491] = 1;
        return [.. _data, .. properties, .. trailer];
    }

    private static string Table(List<(uint Kind, long Sector, long Sectors, long Offset, long Length)> chunks)
    {
        if (chunks.Count == 0)
            return "";
        var first = chunks[0].Sector;
        var table = new byte[204 + 40 * (chunks.Count + 1)];
        "mish"u8.CopyTo(table);
        table[7] = 1;
        BinaryPrimitives.WriteInt64BigEndian(table.AsSpan(8), first);
        BinaryPrimitives.WriteInt64BigEndian(table.AsSpan(16), chunks.Sum(chunk => chunk.Sectors));
        BinaryPrimitives.WriteInt32BigEndian(table.AsSpan(200), chunks.Count + 1);
        var at = 204;
        foreach (var (kind, sector, sectors, offset, length) in chunks)
        {
            BinaryPrimitives.WriteUInt32BigEndian(table.AsSpan(at), kind);
            BinaryPrimitives.WriteInt64BigEndian(table.AsSpan(at + 8), sector - first);
            BinaryPrimitives.WriteInt64BigEndian(table.AsSpan(at + 16), sectors);
            BinaryPrimitives.WriteInt64BigEndian(table.AsSpan(at + 24), offset);
            BinaryPrimitives.WriteInt64BigEndian(table.AsSpan(at + 32), length);
            at += 40;
        }

        BinaryPrimitives.WriteUInt32BigEndian(table.AsSpan(at), 0xFFFFFFFF);
        BinaryPrimitives.WriteInt64BigEndian(table.AsSpan(at + 8), chunks.Sum(chunk => chunk.Sectors));
        return Convert.ToBase64String(table, Base64FormattingOptions.InsertLineBreaks);
    }
}
