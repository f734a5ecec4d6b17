using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Ntfs;

/// <summary>A record of the file table, or a block of an index: sectors whose last two bytes were swapped out are put right.</summary>
internal static class NtfsRecord
{
    private const int SectorLength = 512;
    private const int HeaderLength = 42;

    /// <summary>Where the attributes begin; -1 where it is no record in use.</summary>
    public static int FirstAttribute(ReadOnlySpan<byte> record) =>
        record.StartsWith("FILE"u8) && (BinaryPrimitives.ReadUInt16LittleEndian(record[22..]) & 1) != 0
            ? BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) : -1;

    public static bool IsDirectory(ReadOnlySpan<byte> record) => (BinaryPrimitives.ReadUInt16LittleEndian(record[22..]) & 2) != 0;

    /// <summary>The record that this one belongs to as an extension; 0 where it is one by itself.</summary>
    public static ulong BaseOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt64LittleEndian(record[32..]) & 0xFFFFFFFFFFFF;

    /// <summary>Puts back what the update sequence holds. False: a sector was not written with the others.</summary>
    public static bool TryRestore(Span<byte> record)
    {
        int at = BinaryPrimitives.ReadUInt16LittleEndian(record[4..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(record[6..]);
        if (count == 0 || at < 8 || at + count * 2 > record.Length || (count - 1) * SectorLength > record.Length || record.Length < HeaderLength)
            return false;
        var mark = BinaryPrimitives.ReadUInt16LittleEndian(record[at..]);
        var ok = true;
        for (var sector = 1; sector < count; sector++)
        {
            var end = record.Slice(sector * SectorLength - 2, 2);
            ok &= BinaryPrimitives.ReadUInt16LittleEndian(end) == mark;
            record.Slice(at + sector * 2, 2).CopyTo(end);
        }

        return ok;
    }

    /// <summary>The attribute at a place, and the place of the next one. False: there is none, or nonsense (<paramref name="isEnd"/> tells).</summary>
    public static bool TryGetAttribute(ReadOnlySpan<byte> record, ref int at, out NtfsAttribute attribute, out bool isEnd)
    {
        attribute = default;
        isEnd = at + 4 <= record.Length && BinaryPrimitives.ReadUInt32LittleEndian(record[at..]) == (uint)NtfsAttributeType.End;
        if (isEnd || at + NtfsAttribute.HeaderLength > record.Length)
            return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(record[(at + 4)..]);
        if (length < NtfsAttribute.HeaderLength || length > record.Length - at)
            return false;
        attribute = new(record.Slice(at, (int)length));
        at += (int)length;
        return true;
    }
}
