using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Identification;

/// <summary>What must hold in a header beyond its mark. A list of small checks; each names what the format's programs require.</summary>
internal static class HeaderChecks
{
    /// <summary>gzip: deflate, no reserved flag. compress: 9 to 16 bits, no reserved flag.</summary>
    public static FileType FindCompressed(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 4 && head[1] == 0x8B && head[2] == 8 && (head[3] & 0xE0) == 0)
            return FileType.Gzip;
        return head.Length >= 3 && head[1] == 0x9D && (head[2] & 0x60) == 0 && (head[2] & 0x1F) is >= 9 and <= 16
            ? FileType.Compress : FileType.Unknown;
    }

    /// <summary>A level, and the mark of a block or of the stream's end.</summary>
    public static bool IsBzip2(ReadOnlySpan<byte> head) =>
        head.Length >= 10 && head.StartsWith("BZh"u8) && head[3] is >= (byte)'1' and <= (byte)'9'
        && (head[4..].BeginsWith([0x31, 0x41, 0x59, 0x26, 0x53, 0x59]) || head[4..].BeginsWith([0x17, 0x72, 0x45, 0x38, 0x50, 0x90]));

    /// <summary>The length of a known information header, and pixels after it.</summary>
    public static bool IsBitmap(ReadOnlySpan<byte> head) =>
        head.Length >= 18 && head.StartsWith("BM"u8)
        && BinaryPrimitives.ReadUInt32LittleEndian(head[14..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124
        && BinaryPrimitives.ReadUInt32LittleEndian(head[10..]) is >= 26 and < 0x10000000;

    /// <summary>A version that was published and a length that text cannot spell.</summary>
    public static bool IsFlash(ReadOnlySpan<byte> head) =>
        head.Length >= 8 && head[0] is (byte)'C' or (byte)'F' or (byte)'Z' && head[1..].StartsWith("WS"u8) && head[3] is > 0 and < 100
        && BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) is >= 8 and < 0x10000000;

    /// <summary>Reserved bytes are 0, or the version is the only one that there is: unpackers look at the one or the other.</summary>
    public static bool IsCabinet(ReadOnlySpan<byte> head) =>
        head.StartsWith("MSCF\0\0\0\0"u8) || head.Length >= 26 && head.StartsWith("MSCF"u8) && head[24] == 3 && head[25] == 1;

    /// <summary>Lengths of the basic and the first header, and the type of a main header.</summary>
    public static bool IsArj(ReadOnlySpan<byte> head) =>
        head.Length >= 12 && head[1] == 0xEA && BinaryPrimitives.ReadUInt16LittleEndian(head[2..]) is var length
        && length is >= 30 and <= 2600 && head[4] >= 30 && head[4] <= length && head[10] == 2;

    public static bool IsSquashFs(ReadOnlySpan<byte> head) =>
        head.Length >= 32 && (head.StartsWith("hsqs"u8) && BinaryPrimitives.ReadUInt16LittleEndian(head[28..]) is > 0 and < 5
            || head.StartsWith("sqsh"u8) && BinaryPrimitives.ReadUInt16BigEndian(head[28..]) is > 0 and < 5);

    /// <summary>Four printable characters, as RIFF forms have.</summary>
    public static bool HasFourCharacterCode(ReadOnlySpan<byte> head, int at)
    {
        if (head.Length < at + 4)
            return false;
        foreach (var value in head.Slice(at, 4))
        {
            if (value is < 0x20 or > 0x7E)
                return false;
        }

        return true;
    }

    /// <summary>An icon or cursor directory with at least one entry, the first of which lies after the directory.</summary>
    public static bool IsIcon(ReadOnlySpan<byte> head)
    {
        if (head.Length < 22 || head[0] != 0 || head[1] != 0 || head[2] is not (1 or 2) || head[3] != 0)
            return false;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(head[4..]);
        // The entry: a reserved 0 (or 255), an image that is not empty and starts after the directory.
        return count is > 0 and < 256 && head[9] is 0 or 255
            && BinaryPrimitives.ReadUInt32LittleEndian(head[14..]) is > 0 and < 0x1000000
            && BinaryPrimitives.ReadUInt32LittleEndian(head[18..]) is var offset && offset >= 6 + 16 * count && offset < 0x1000000;
    }

    /// <summary>Version 1.0, a plausible number of tables, the search range that belongs to it, and a printable first tag.</summary>
    public static bool IsTrueType(ReadOnlySpan<byte> head)
    {
        if (head.Length < 16 || !head.BeginsWith([0, 1, 0, 0]))
            return false;
        int tables = BinaryPrimitives.ReadUInt16BigEndian(head[4..]);
        return tables is > 0 and < 256 && BinaryPrimitives.ReadUInt16BigEndian(head[6..]) is > 0 and <= 4096 && HasFourCharacterCode(head, 12);
    }

    /// <summary>
    /// Java class and fat Mach-O share a mark. A class file goes on with its version (45 and up) and a constant pool, whose first tag
    /// is 1 to 20; a fat file with a count of images and the first one's CPU, whose bytes there are 0.
    /// </summary>
    public static FileType FindCafeBabe(ReadOnlySpan<byte> head)
    {
        if (head.BeginsWith([0xCA, 0xFE, 0xBA, 0xBF]))
            return FileType.MachOFat;
        if (head.Length < 8 || !head.BeginsWith([0xCA, 0xFE, 0xBA, 0xBE]))
            return FileType.Unknown;
        var version = BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
        var looksLikeFat = head.Length < 12 || head[8] is 0 or 1 && head[9] == 0 && head[10] == 0;
        if (version is > 0 and < 45 || version < 0x1000 && looksLikeFat && head.Length >= 12)
            return FileType.MachOFat;
        return (version & 0xFFFF) >= 45 ? FileType.JavaClass : FileType.Unknown;
    }

    /// <summary>A fat Mach-O in the wrong byte order, which some loaders take.</summary>
    public static bool IsSwappedFat(ReadOnlySpan<byte> head) =>
        head.Length >= 8 && (head.BeginsWith([0xBE, 0xBA, 0xFE, 0xCA]) || head.BeginsWith([0xBF, 0xBA, 0xFE, 0xCA]))
        && BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) is > 0 and < 45;

    /// <summary>
    /// LZMA alone has no mark: properties that exist, a dictionary of 2^n or 2^n + 2^(n-1) bytes (or the largest number), an unpacked
    /// length that is unknown or below 256 GiB, and the range coder's first byte, which is 0. xz asks the same.
    /// </summary>
    public static bool IsLzma(ReadOnlySpan<byte> head)
    {
        if (head.Length < 18 || head[0] >= 9 * 5 * 5 || head[13] != 0)
            return false;
        var dictionary = BinaryPrimitives.ReadUInt32LittleEndian(head[1..]);
        // Halved, a number of the second form differs from the first by its second bit.
        var isRound = dictionary == uint.MaxValue || (dictionary & (dictionary - 1)) == 0
            || dictionary % 3 == 0 && (dictionary / 3 & (dictionary / 3 - 1)) == 0;
        var length = BinaryPrimitives.ReadUInt64LittleEndian(head[5..]);
        return isRound && dictionary >= 4096 && (length == ulong.MaxValue || length is > 0 and < 1UL << 38);
    }

    /// <summary>The mark of an LHA method at offset 2, and a header level that exists.</summary>
    public static bool IsLha(ReadOnlySpan<byte> head) =>
        head.Length >= 22 && head[2] == '-' && head[6] == '-' && head[20] <= 3
        && (head[3..].StartsWith("lh"u8) || head[3..].StartsWith("lz"u8) || head[3..].StartsWith("pm"u8))
        && (char.IsAsciiLetterOrDigit((char)head[5]));

    /// <summary>
    /// A method of ARC, a name of up to twelve printable characters that a zero ends, a length that a disk of its time could hold, a date that exists. Compiled
    /// descriptions of terminals begin like one, and have a text where the length would be.
    /// </summary>
    public static bool IsArc(ReadOnlySpan<byte> head)
    {
        if (head.Length < 25 || head[1] is 0 or > 9)
            return false;
        var length = head.Slice(2, 13).IndexOf((byte)0);
        var date = BinaryPrimitives.ReadUInt16LittleEndian(head[19..]);
        return length > 0 && BinaryPrimitives.ReadUInt32LittleEndian(head[15..]) < 1 << 28 && !head.Slice(2, length).ContainsAnyExceptInRange((byte)33, (byte)126) && (date >> 5 & 15) is >= 1 and <= 12 && (date & 31) > 0;
    }

    /// <summary>A box called ftyp, moov, mdat … of at least 8 bytes at the start.</summary>
    public static bool IsIsoMedia(ReadOnlySpan<byte> head) =>
        head.Length >= 12 && (head[4..].StartsWith("ftyp"u8)
            || head[0] == 0 && (head[4..].StartsWith("moov"u8) || head[4..].StartsWith("mdat"u8)) && BinaryPrimitives.ReadUInt32BigEndian(head) >= 8);

    /// <summary>Symbian 6 to 8 name themselves in the third word.</summary>
    public static bool IsSis(ReadOnlySpan<byte> head) => head.Length >= 12 && head[8..].BeginsWith([0x19, 0x04, 0x00, 0x10]);

    /// <summary>The magic number of any CPython since 1.5.1 ends in CR LF; flags follow since 3.7, a date before.</summary>
    public static bool IsPythonBytecode(ReadOnlySpan<byte> head) =>
        head.Length >= 16 && head[2] == 0x0D && head[3] == 0x0A && (head[0] | head[1] << 8) is >= 3000 and < 4200 or >= 20121 and < 62300;
}
