using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Zip;

/// <summary>Reads the entries of the directory, in stored order.</summary>
internal static class ZipDirectory
{
    /// <summary>
    /// Reads headers while there are any, whatever number the end record tells: neither it nor the length may hide an entry.
    /// </summary>
    /// <param name="max">More entries than this are not read.</param>
    /// <param name="end">Where reading ended.</param>
    public static List<ZipEntry> Read(BoundedReader reader, in ZipEndRecord record, int max, out long end)
    {
        var entries = new List<ZipEntry>((int)Math.Clamp(record.Entries, 0, Math.Min(max, (record.DirectoryEnd - record.Start) / 46)));
        reader.Position = record.Start;
        while (entries.Count < max && reader.Position < record.DirectoryEnd && reader.Budget.CheckTime())
        {
            if (!reader.TryPeekSpan(ZipFormat.DirectoryHeaderLength, out var header) || !header.StartsWith(ZipFormat.DirectoryHeader))
                break;
            int name = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            int extra = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
            int comment = BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
            var length = ZipFormat.DirectoryHeaderLength + name + extra;
            // A header with the longest name and the longest extra fields is longer than a window: then the latter are not read.
            var readable = length <= BoundedReader.WindowLength ? extra : 0;
            name = Math.Min(name, BoundedReader.WindowLength - ZipFormat.DirectoryHeaderLength);
            if (!reader.TryPeekSpan(ZipFormat.DirectoryHeaderLength + name + readable, out header))
                break;
            entries.Add(ZipEntry.ParseDirectory(
                header, header.Slice(ZipFormat.DirectoryHeaderLength, name), header.Slice(ZipFormat.DirectoryHeaderLength + name, readable)));
            if (!reader.TrySkip((long)length + comment))
                break;
        }

        end = reader.Position;
        return entries;
    }
}
