using System.Buffers.Binary;
using System.IO.Hashing;

namespace Perisai.Engine.Containers.Ace;

/// <summary>
/// A header of any kind: a checksum of 16 bits, the length of what follows, the kind, flags, and mostly the length of data behind the header. Numbers are
/// little endian; checksums are CRC-32 without its last inversion, of headers the lower half.
/// </summary>
internal sealed record AceHeader
{
    public const int MainKind = 0;
    private const int FileKind = 1;
    private const int LongFileKind = 3;

    private const int HasDataFlag = 1;
    private const int LongFlag = 4;
    private const int ContinuesFlag = 0x1000;
    private const int GoesOnFlag = 0x2000;
    private const int PasswordFlag = 0x4000;

    /// <summary>Kind and flags.</summary>
    private const int MinLength = 3;

    public static ReadOnlySpan<byte> Mark => "**ACE**"u8;

    public int Kind { get; private init; }

    public int Flags { get; private init; }

    public bool ChecksumMatches { get; private init; }

    /// <summary>The length of the data behind it.</summary>
    public ulong StoredLength { get; private init; }

    public ulong OriginalLength { get; private init; }

    /// <summary>That of the file, as it is stored in the archive.</summary>
    public uint Checksum { get; private init; }

    public uint Attributes { get; private init; }

    /// <summary>0 is stored.</summary>
    public int Method { get; private init; }

    public string Name { get; private init; } = "";

    public bool IsFile => Kind is FileKind or LongFileKind;

    public bool IsDirectory => (Attributes & 0x10) != 0;

    public bool IsEncrypted => IsFile && (Flags & PasswordFlag) != 0;

    /// <summary>Whether a part of the file is in another volume.</summary>
    public bool IsPart => (Flags & (ContinuesFlag | GoesOnFlag)) != 0;

    /// <summary>Whether a main header with its mark.</summary>
    public bool IsMain { get; private init; }

    /// <summary>Reads a header at the reader's position, which is left behind it; null where there is none.</summary>
    public static AceHeader? TryRead(BoundedReader reader)
    {
        var start = reader.Position;
        if (!reader.TryReadUInt16(out var checksum) || !reader.TryReadUInt16(out var length) || length < MinLength || !reader.TryGetSpan(length, out var bytes))
        {
            reader.Position = start;
            return null;
        }

        var flags = BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]);
        var header = new AceHeader
        {
            Kind = bytes[0],
            Flags = flags,
            ChecksumMatches = (ushort)~Crc32.HashToUInt32(bytes) == checksum,
            IsMain = bytes[0] == MainKind && bytes[MinLength..].StartsWith(Mark),
        };
        var isLong = header.Kind == LongFileKind || (flags & LongFlag) != 0 && !header.IsMain;
        bytes = bytes[MinLength..];
        if (header.IsMain || (flags & HasDataFlag) == 0 && !header.IsFile)
            return header;
        var numberLength = isLong ? 8 : 4;
        if (bytes.Length < numberLength)
            return header.IsFile ? null : header;
        header = header with { StoredLength = Number(bytes, isLong) };
        return header.IsFile ? ReadFile(header, bytes[numberLength..], isLong) : header;
    }

    /// <summary>The length, the time, attributes, the checksum, method and its parameters, two bytes without use, the name.</summary>
    private static AceHeader? ReadFile(AceHeader header, ReadOnlySpan<byte> bytes, bool isLong)
    {
        var numberLength = isLong ? 8 : 4;
        if (bytes.Length < numberLength + 20)
            return null;
        var fixedPart = bytes[numberLength..];
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[18..]);
        var name = fixedPart[20..];
        return header with
        {
            OriginalLength = Number(bytes, isLong),
            Attributes = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[4..]),
            Checksum = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[8..]),
            Method = fixedPart[12],
            Name = MemberName.Decode(name[..Math.Min(nameLength, name.Length)]).Replace('\\', '/'),
        };
    }

    private static ulong Number(ReadOnlySpan<byte> bytes, bool isLong) =>
        isLong ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
