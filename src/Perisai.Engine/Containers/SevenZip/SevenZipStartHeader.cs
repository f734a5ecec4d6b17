using System.Buffers.Binary;
using System.IO.Hashing;

namespace Perisai.Engine.Containers.SevenZip;

/// <summary>The first 32 bytes: where the header is, and its checksum.</summary>
/// <param name="Offset">Of the header, from the beginning of the archive; negative where the stored number is none.</param>
/// <param name="Length">Of the header.</param>
internal readonly record struct SevenZipStartHeader(long Offset, long Length, uint Checksum, bool ChecksumMatches)
{
    /// <summary>Where the archive ends, as far as this header tells; <see cref="long.MaxValue"/> where it cannot be.</summary>
    public long End => Offset < 0 ? long.MaxValue : long.CreateSaturating((Int128)Offset + Length);

    /// <param name="bytes">At least <see cref="SevenZipFormat.StartHeaderLength"/> bytes.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out SevenZipStartHeader header)
    {
        header = default;
        if (bytes.Length < SevenZipFormat.StartHeaderLength || !bytes.StartsWith(SevenZipFormat.Signature))
            return false;
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(bytes[12..]);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes[20..]);
        var matches = Crc32.HashToUInt32(bytes[12..32]) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        header = new(
            offset > long.MaxValue - SevenZipFormat.StartHeaderLength ? -1 : (long)offset + SevenZipFormat.StartHeaderLength,
            long.CreateSaturating(length), BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]), matches);
        return true;
    }
}
