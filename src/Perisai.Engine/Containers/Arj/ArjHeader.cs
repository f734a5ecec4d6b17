using System.Buffers.Binary;
using System.IO.Hashing;

namespace Perisai.Engine.Containers.Arj;

/// <summary>A main or local header. All numbers are little endian.</summary>
/// <param name="Length">From the mark to the data, extended headers included; the mark and a zero for the archive's end.</param>
internal sealed record ArjHeader(long Length)
{
    public const ushort Mark = 0xEA60;

    /// <summary>The longest basic header.</summary>
    private const int MaxBasic = 2600;

    /// <summary>The least that the first part of a basic header holds.</summary>
    private const int MinFirst = 30;

    private const int MainType = 2;
    private const int DirectoryType = 3;
    private const int LabelType = 4;
    private const int ChapterType = 5;

    private const int GarbledFlag = 1;
    private const int VolumeFlag = 4;
    private const int ContinuedFlag = 8;

    public bool IsEnd { get; private init; }

    public bool ChecksumMatches { get; private init; } = true;

    public int Method { get; private init; }

    public int Type { get; private init; }

    public int Flags { get; private init; }

    /// <summary>What garbling adds to each byte of the password.</summary>
    public byte PasswordModifier { get; private init; }

    public long StoredLength { get; private init; }

    public long OriginalLength { get; private init; }

    public uint Checksum { get; private init; }

    public string Name { get; private init; } = "";

    public bool IsMain => Type == MainType;

    public bool HasContent => Type is not (MainType or DirectoryType or LabelType or ChapterType) && Method is not (8 or 9);

    public bool IsGarbled => (Flags & GarbledFlag) != 0;

    /// <summary>Its rest is in the next volume.</summary>
    public bool GoesOn => (Flags & VolumeFlag) != 0 && !IsMain;

    /// <summary>Its beginning is in a volume before this one.</summary>
    public bool Continues => (Flags & ContinuedFlag) != 0;

    /// <summary>Reads a header at the reader's position, which is left behind it; null where there is none.</summary>
    public static ArjHeader? TryRead(BoundedReader reader)
    {
        var start = reader.Position;
        if (!reader.TryReadUInt16(out var mark) || mark != Mark || !reader.TryReadUInt16(out var basic))
            return null;
        if (basic == 0)
            return new ArjHeader(4) { IsEnd = true };
        if (basic is < MinFirst or > MaxBasic || !reader.TryPeekSpan(basic + 4, out var bytes))
            return null;
        int first = bytes[0];
        if (first < MinFirst || first > basic)
            return null;
        var header = new ArjHeader(0)
        {
            ChecksumMatches = Crc32.HashToUInt32(bytes[..basic]) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[basic..]),
            Flags = bytes[4],
            Method = bytes[5],
            Type = bytes[6],
            PasswordModifier = bytes[7],
            StoredLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            OriginalLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
            Checksum = BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
            Name = MemberName.Decode(bytes[first..basic]).Replace('\\', '/'),
        };
        reader.TrySkip(basic + 4);
        return TrySkipExtended(reader) ? header with { Length = reader.Position - start } : null;
    }

    /// <summary>Extended headers: a length, that many bytes and their checksum, until a length of 0.</summary>
    private static bool TrySkipExtended(BoundedReader reader)
    {
        while (reader.Budget.CheckTime())
        {
            if (!reader.TryReadUInt16(out var length))
                return false;
            if (length == 0)
                return true;
            if (!reader.TrySkip(length + 4))
                return false;
        }

        return false;
    }
}
