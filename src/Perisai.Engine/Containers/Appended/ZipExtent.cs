using System.Buffers.Binary;
using Perisai.Engine.Containers.Zip;

namespace Perisai.Engine.Containers.Appended;

/// <summary>
/// Follows a zip archive from its first local header: entry after entry, then the directory, then the end record. Where an entry does not
/// tell its length, the end record is searched that belongs to this first header.
/// </summary>
/// <param name="End">The first byte behind the archive; -1 where none begins here.</param>
/// <param name="IsExact">False where the end is not known and the rest of the data is taken.</param>
internal readonly record struct ZipExtent(long End, bool IsExact)
{
    private const int MaxNameLength = 4096;

    /// <summary>End records that belong to other archives are passed over so many times.</summary>
    private const int MaxEndRecords = 64;

    private static readonly ZipExtent _none = new(-1, false);

    public static ZipExtent Find(BoundedReader reader, long offset)
    {
        var at = offset;
        for (var entries = 0; reader.Budget.CheckTime(); entries++)
        {
            if (StartsWith(reader, at, ZipFormat.LocalHeader) && TryReadLocal(reader, at, out var next))
            {
                if (next < 0)
                    return FindEndRecord(reader, offset, at);
                at = next;
                continue;
            }

            if (entries == 0)
                return _none;
            if (StartsWith(reader, at, ZipFormat.DirectoryHeader))
                return new(EndOfDirectory(reader, at), true);
            // Truncated; or the entries are followed by something else: an encryption header, another archive.
            return at >= reader.Length ? new(reader.Length, true) : entries == 1 ? _none : FindEndRecord(reader, offset, at);
        }

        return _none;
    }

    /// <summary>Whether a local header makes sense; where the next may be, -1 where it does not tell.</summary>
    private static bool TryReadLocal(BoundedReader reader, long offset, out long next)
    {
        next = -1;
        reader.Position = offset;
        if (!reader.TryPeekSpan(ZipFormat.LocalHeaderLength, out var header))
            return false;
        var flags = (ZipFlags)BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        int method = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        long stored = BinaryPrimitives.ReadUInt32LittleEndian(header[18..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(header[22..]);
        int name = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        int extra = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var isKnown = method is <= 10 or 12 or 14 or 16 or 18 or 19 or 20 or (>= 93 and <= 99);
        var hasDescriptor = (flags & ZipFlags.Descriptor) != 0;
        if (!isKnown || header[4] > 99 || ((int)flags & 0xC000) != 0 || name is 0 or > MaxNameLength)
            return false;
        if (method == ZipFormat.Stored && flags == 0 && stored != length)
            return false;
        if (!reader.TryPeekSpan(ZipFormat.LocalHeaderLength + name, out header) || HasControls(header[ZipFormat.LocalHeaderLength..]))
            return false;
        if (stored == uint.MaxValue || hasDescriptor && stored == 0)
            return true;
        next = offset + ZipFormat.LocalHeaderLength + name + extra + stored;
        if (hasDescriptor)
            next += StartsWith(reader, next, ZipFormat.Descriptor) ? 16 : 12;
        // A truncated entry ends with the data.
        next = Math.Min(next, reader.Length);
        return true;
    }

    private static bool HasControls(ReadOnlySpan<byte> name) => name.ContainsAnyInRange((byte)0, (byte)0x1F);

    /// <summary>Goes over the directory, the zip64 records and the end record with its comment.</summary>
    private static long EndOfDirectory(BoundedReader reader, long at)
    {
        while (reader.Budget.CheckTime())
        {
            reader.Position = at;
            if (!reader.TryPeekSpan(ZipFormat.EndRecordLength, out var header))
                return reader.Length;
            if (header.StartsWith(ZipFormat.DirectoryHeader))
            {
                if (!reader.TryPeekSpan(ZipFormat.DirectoryHeaderLength, out header))
                    return reader.Length;
                at += ZipFormat.DirectoryHeaderLength + BinaryPrimitives.ReadUInt16LittleEndian(header[28..])
                    + BinaryPrimitives.ReadUInt16LittleEndian(header[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
            }
            else if (header.StartsWith("PK\u0005\u0005"u8))
            {
                at += 6 + BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
            }
            else if (header.StartsWith(ZipFormat.Zip64EndRecord))
            {
                at += 12 + BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            }
            else if (header.StartsWith(ZipFormat.Zip64Locator))
            {
                at += ZipFormat.Zip64LocatorLength;
            }
            else if (header.StartsWith(ZipFormat.EndRecord))
            {
                return Math.Min(reader.Length, at + ZipFormat.EndRecordLength + BinaryPrimitives.ReadUInt16LittleEndian(header[20..]));
            }
            else
            {
                return at;
            }
        }

        return Math.Min(at, reader.Length);
    }

    private static ZipExtent FindEndRecord(BoundedReader reader, long first, long from)
    {
        for (var count = 0; count < MaxEndRecords && reader.Budget.CheckTime(); count++)
        {
            var at = reader.IndexOf(ZipFormat.EndRecord, from);
            if (at < 0)
                break;
            from = at + 4;
            reader.Position = at;
            if (!reader.TryPeekSpan(ZipFormat.EndRecordLength, out var record))
                break;
            long size = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
            long stored = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
            var end = Math.Min(reader.Length, at + ZipFormat.EndRecordLength + BinaryPrimitives.ReadUInt16LittleEndian(record[20..]));
            // The directory's offset counts from the archive's beginning, or from the file's.
            var directory = at - size;
            if (size != uint.MaxValue && directory > first && StartsWith(reader, directory, ZipFormat.DirectoryHeader)
                && (directory - stored == first || directory == stored || stored == uint.MaxValue))
            {
                return new(end, true);
            }

            if (size == uint.MaxValue || stored == uint.MaxValue)
                return new(end, true);
        }

        return new(reader.Length, false);
    }

    private static bool StartsWith(BoundedReader reader, long offset, ReadOnlySpan<byte> bytes)
    {
        reader.Position = offset;
        return reader.Position == offset && reader.TryPeekSpan(bytes.Length, out var span) && span.SequenceEqual(bytes);
    }
}
