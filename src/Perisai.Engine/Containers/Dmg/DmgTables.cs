using System.Buffers.Binary;
using System.Buffers.Text;

namespace Perisai.Engine.Containers.Dmg;

/// <summary>
/// The tables of chunks, one for each partition: they stand in base64 in a property list, in the array under the key <c>blkx</c>.
/// </summary>
internal static class DmgTables
{
    private const int HeaderLength = 204;
    private const int EntryLength = 40;
    private const int SectorLength = 512;
    private const int MaxChunks = 1 << 20;

    /// <summary>Reads the chunks of all tables. False: there are none, or some make no sense; what was read is in the list.</summary>
    public static bool TryRead(ReadOnlySpan<byte> properties, long dataStart, ScanBudget budget, List<DmgChunk> chunks)
    {
        var at = properties.IndexOf("<key>blkx</key>"u8);
        if (at < 0)
            return false;
        properties = properties[at..];
        var end = properties.IndexOf("</array>"u8);
        properties = end < 0 ? properties : properties[..end];
        var ok = end >= 0;
        var any = false;
        while ((at = properties.IndexOf("<data>"u8)) >= 0 && budget.CheckTime())
        {
            properties = properties[(at + 6)..];
            end = properties.IndexOf((byte)'<');
            if (end < 0)
                return false;
            any = true;
            ok &= TryReadTable(Decode(properties[..end]), dataStart, chunks);
            properties = properties[end..];
        }

        return ok && any;
    }

    private static byte[] Decode(ReadOnlySpan<byte> text)
    {
        var dense = new byte[text.Length];
        var count = 0;
        foreach (var value in text)
        {
            if (value > ' ')
                dense[count++] = value;
        }

        Base64.DecodeFromUtf8InPlace(dense.AsSpan(0, count), out var written);
        return dense[..written];
    }

    private static bool TryReadTable(ReadOnlySpan<byte> table, long dataStart, List<DmgChunk> chunks)
    {
        if (table.Length < HeaderLength || !table.StartsWith("mish"u8))
            return false;
        var firstSector = BinaryPrimitives.ReadInt64BigEndian(table[8..]);
        var offset = BinaryPrimitives.ReadInt64BigEndian(table[24..]);
        long count = BinaryPrimitives.ReadUInt32BigEndian(table[200..]);
        table = table[HeaderLength..];
        for (long index = 0; index < count; index++, table = table[EntryLength..])
        {
            if (table.Length < EntryLength || chunks.Count == MaxChunks)
                return false;
            var kind = (DmgChunkKind)BinaryPrimitives.ReadUInt32BigEndian(table);
            if (kind == DmgChunkKind.End)
                return true;
            if (kind == DmgChunkKind.Comment)
                continue;
            var start = (Int128)firstSector + BinaryPrimitives.ReadInt64BigEndian(table[8..]);
            Int128 sectors = BinaryPrimitives.ReadInt64BigEndian(table[16..]);
            var place = (Int128)dataStart + offset + BinaryPrimitives.ReadInt64BigEndian(table[24..]);
            var stored = BinaryPrimitives.ReadInt64BigEndian(table[32..]);
            const long Most = long.MaxValue / SectorLength / 4;
            if (start < 0 || start > Most || sectors < 0 || sectors > Most || place < 0 || place > long.MaxValue / 2 || stored < 0)
                return false;
            if (sectors > 0)
                chunks.Add(new(kind, (long)start * SectorLength, (long)sectors * SectorLength, (long)place, stored));
        }

        return true;
    }
}
