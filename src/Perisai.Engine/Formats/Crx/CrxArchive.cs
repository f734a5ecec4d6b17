using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Perisai.Engine.Formats.Crx;

/// <summary>
/// Finds small files by name in the zip archive of an extension: stored or deflated, as Chrome packs them. Scanning the archive's content is the
/// business of the zip reader.
/// </summary>
internal sealed class CrxArchive
{
    /// <summary>Bytes of a file, packed or not; manifests have some thousand.</summary>
    private const int MaximumLength = 1 << 20;

    private const int MaximumEntries = 65_535;
    private const int EndLength = 22;
    private const int EntryLength = 46;
    private const int LocalLength = 30;

    private readonly PagedReader _reader;
    private readonly long _start;
    private readonly long _directory;
    private readonly int _count;

    private CrxArchive(PagedReader reader, long start, long directory, int count) =>
        (_reader, _start, _directory, _count) = (reader, start, directory, count);

    /// <summary>Null where there is no directory.</summary>
    public static CrxArchive? Open(PagedReader reader, long start)
    {
        Span<byte> end = stackalloc byte[EndLength];
        // The record at the end may be followed by a comment of 64 KiB.
        var lowest = Math.Max(start, reader.Length - EndLength - ushort.MaxValue);
        for (var at = reader.Length - EndLength; at >= lowest; at--)
        {
            if (!reader.TryReadByte(at, out var first) || first != 'P' || !reader.TryRead(at, end) || !end.StartsWith("PK\x05\x06"u8))
                continue;
            var directory = start + BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
            var count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
            return count == 0 || reader.TryReadUInt32(directory, out var signature) && signature == 0x02014B50
                ? new CrxArchive(reader, start, directory, count) : null;
        }

        return null;
    }

    /// <summary>The content of the last file of a name; null where there is none that can be read.</summary>
    public byte[]? Read(string name)
    {
        var wanted = Encoding.UTF8.GetBytes(name);
        Span<byte> entry = stackalloc byte[EntryLength];
        byte[]? found = null;
        var at = _directory;
        for (var i = 0; i < Math.Min(_count, MaximumEntries) && _reader.TryRead(at, entry) && _reader.Budget.CheckTime(); i++)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry) != 0x02014B50)
                break;
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]);
            if (nameLength == wanted.Length && _reader.Bytes(at + EntryLength, nameLength) is { } candidate && candidate.AsSpan().SequenceEqual(wanted))
                found = entry.ToArray();
            at += EntryLength + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
        }

        return found is null ? null : Unpack(found);
    }

    private byte[]? Unpack(ReadOnlySpan<byte> entry)
    {
        var local = _start + BinaryPrimitives.ReadUInt32LittleEndian(entry[42..]);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]);
        if (length > MaximumLength || !_reader.TryReadUInt32(local, out var signature) || signature != 0x04034B50
            || !_reader.TryReadUInt16(local + 26, out var nameLength) || !_reader.TryReadUInt16(local + 28, out var extraLength)
            || _reader.Bytes(local + LocalLength + nameLength + extraLength, (int)length) is not { } packed)
            return null;
        var content = BinaryPrimitives.ReadUInt16LittleEndian(entry[10..]) switch
        {
            0 => packed,
            8 => Inflate(packed),
            _ => null,
        };
        return content is not null && Crc32.HashToUInt32(content) == BinaryPrimitives.ReadUInt32LittleEndian(entry[16..]) ? content : null;
    }

    private byte[]? Inflate(byte[] packed)
    {
        var content = new byte[MaximumLength];
        var count = 0;
        try
        {
            using var stream = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
            while (count < content.Length && stream.Read(content, count, content.Length - count) is > 0 and var read)
            {
                count += read;
                if (!_reader.Budget.ChargeProduced(read))
                    return null;
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }

        return count < content.Length ? content[..count] : null;
    }
}
