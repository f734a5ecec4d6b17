using System.Buffers.Binary;
using Perisai.Engine.Containers.Rar;
using Perisai.Engine.Containers.SevenZip;

namespace Perisai.Engine.Containers.Appended;

/// <summary>How far archives reach, by their own headers; -1 where there is none. An end behind the source is cut to it.</summary>
internal static class ArchiveExtents
{
    /// <summary>The start header has a checksum, which chance does not meet.</summary>
    public static long SevenZip(BoundedReader reader, long offset)
    {
        reader.Position = offset;
        if (!reader.TryPeekSpan(SevenZipFormat.StartHeaderLength, out var bytes) || !SevenZipStartHeader.TryParse(bytes, out var start) || !start.ChecksumMatches)
            return -1;
        return start.End >= reader.Length - offset ? reader.Length : offset + Math.Max(start.End, SevenZipFormat.StartHeaderLength);
    }

    /// <summary>The first block has a checksum; the others are followed to the last, or to where there is none.</summary>
    public static long Rar(BoundedReader reader, long offset)
    {
        reader.Position = offset;
        if (!reader.TryPeekSpan(RarFormat.Signature5Length, out var bytes))
            return -1;
        RarBlocks? blocks = bytes.StartsWith(RarFormat.Signature5) ? new Rar5Blocks(reader) : bytes.StartsWith(RarFormat.Signature4) ? new Rar4Blocks(reader) : null;
        if (blocks?.Read(offset + blocks.SignatureLength) is not { ChecksumMatches: true, Kind: RarBlockKind.Archive or RarBlockKind.Encryption })
            return -1;
        var at = offset + blocks.SignatureLength;
        while (reader.Budget.CheckTime() && at < reader.Length)
        {
            // Encrypted or damaged blocks hide the end: then the rest of the data may belong to the archive.
            if (blocks.Read(at) is not { ChecksumMatches: true } block || block.Encryption is not null)
                return reader.Length;
            at += block.HeaderLength + block.DataLength;
            if (block.Kind == RarBlockKind.End)
                break;
        }

        return Math.Min(at, reader.Length);
    }

    /// <summary>Four fields are always zero or have one value; the length stands in the header.</summary>
    public static long Cab(BoundedReader reader, long offset)
    {
        reader.Position = offset;
        if (!reader.TryPeekSpan(36, out var header))
            return -1;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        var files = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        var isCabinet = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == 0
            && BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) == 0
            && BinaryPrimitives.ReadUInt32LittleEndian(header[20..]) == 0
            && header[24] == 3 && header[25] == 1 && files >= 36 && files < length
            && BinaryPrimitives.ReadUInt16LittleEndian(header[28..]) > 0;
        return isCabinet ? Math.Min(offset + length, reader.Length) : -1;
    }

    /// <summary>Version 4.0, a block size that is stated twice, and a length that the source has.</summary>
    public static long SquashFs(BoundedReader reader, long offset)
    {
        reader.Position = offset;
        if (!reader.TryPeekSpan(96, out var header))
            return -1;
        var blockLength = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        var blockBits = BinaryPrimitives.ReadUInt16LittleEndian(header[22..]);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]);
        return BinaryPrimitives.ReadUInt16LittleEndian(header[28..]) == 4 && BinaryPrimitives.ReadUInt16LittleEndian(header[30..]) == 0
            && blockBits is >= 12 and <= 20 && blockLength == 1u << blockBits && length >= 96
            ? offset + (long)Math.Min(length, (ulong)(reader.Length - offset)) : -1;
    }
}
