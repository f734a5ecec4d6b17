using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Zip;

/// <summary>
/// The record that ends an archive and tells where its directory is. Data before the archive shifts all offsets; anything may follow
/// it.
/// </summary>
/// <param name="Start">Where the directory begins in the source.</param>
/// <param name="DirectoryEnd">Where it ends: at the end record, or at the zip64 end record.</param>
/// <param name="End">The first byte behind the end record and its comment.</param>
/// <param name="Shift">What has to be added to stored offsets.</param>
/// <param name="Entries">The stored number of entries.</param>
/// <param name="Disk">The number of this part of a split archive; 0 for the first or only one.</param>
internal readonly record struct ZipEndRecord(long Start, long DirectoryEnd, long End, long Shift, long Entries, uint Disk)
{
    /// <summary>
    /// Searches from the end for a record that a directory belongs to. Where none is found, <paramref name="seen"/> tells whether there
    /// was a record at all.
    /// </summary>
    public static bool TryFind(BoundedReader reader, out ZipEndRecord record, out bool seen)
    {
        seen = false;
        var end = reader.Length;
        while (end >= ZipFormat.EndRecordLength && reader.Budget.CheckTime())
        {
            // Windows overlap by a signature less one byte.
            var start = Math.Max(0, end - BoundedReader.WindowLength);
            reader.Position = start;
            if (!reader.TryPeekSpan((int)(end - start), out var window))
                break;
            var at = window.LastIndexOf(ZipFormat.EndRecord);
            if (at < 0)
            {
                if (start == 0)
                    break;
                end = start + 3;
                continue;
            }

            seen = true;
            if (TryParse(reader, start + at, out record))
                return true;
            end = start + at + 3;
        }

        record = default;
        return false;
    }

    private static bool TryParse(BoundedReader reader, long position, out ZipEndRecord record)
    {
        record = default;
        reader.Position = position;
        if (!reader.TryPeekSpan(ZipFormat.EndRecordLength, out var bytes))
            return false;
        uint disk = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        long entries = BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]);
        var end = position + ZipFormat.EndRecordLength + BinaryPrimitives.ReadUInt16LittleEndian(bytes[20..]);
        var directoryEnd = position;
        if (TryParseZip64(reader, position, ref disk, ref entries, ref size, ref offset, out var zip64))
            directoryEnd = zip64;
        end = Math.Min(end, reader.Length);
        if (size <= directoryEnd)
        {
            var start = directoryEnd - size;
            if (IsDirectory(reader, start) || entries == 0 && size == 0)
            {
                record = new(start, directoryEnd, end, start - offset, entries, disk);
                return true;
            }
        }

        // The length is wrong, but the offset leads to a directory.
        if (offset < directoryEnd && IsDirectory(reader, offset))
        {
            record = new(offset, directoryEnd, end, 0, entries, disk);
            return true;
        }

        return false;
    }

    private static bool TryParseZip64(
        BoundedReader reader, long position, ref uint disk, ref long entries, ref long size, ref long offset, out long place)
    {
        place = 0;
        var locatorAt = position - ZipFormat.Zip64LocatorLength;
        if (locatorAt < 0)
            return false;
        reader.Position = locatorAt;
        if (!reader.TryPeekSpan(ZipFormat.Zip64LocatorLength, out var locator) || !locator.StartsWith(ZipFormat.Zip64Locator))
            return false;
        var stored = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        // The record usually stands right before its locator, wherever the offset leads.
        foreach (var candidate in (ReadOnlySpan<long>)[locatorAt - ZipFormat.Zip64EndRecordLength, stored])
        {
            if (candidate < 0 || candidate >= locatorAt)
                continue;
            reader.Position = candidate;
            if (!reader.TryPeekSpan(ZipFormat.Zip64EndRecordLength, out var bytes) || !bytes.StartsWith(ZipFormat.Zip64EndRecord))
                continue;
            place = candidate;
            disk = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]);
            entries = long.CreateSaturating(BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]));
            size = long.CreateSaturating(BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]));
            offset = long.CreateSaturating(BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]));
            return true;
        }

        return false;
    }

    private static bool IsDirectory(BoundedReader reader, long offset)
    {
        reader.Position = offset;
        return reader.Position == offset && reader.TryPeekSpan(4, out var bytes) && bytes.SequenceEqual(ZipFormat.DirectoryHeader);
    }
}
