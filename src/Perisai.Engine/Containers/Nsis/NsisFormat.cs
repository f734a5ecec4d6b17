namespace Perisai.Engine.Containers.Nsis;

/// <summary>How the data is compressed.</summary>
internal enum NsisMethod
{
    Deflate,
    Bzip2,
    Lzma,

    /// <summary>LZMA behind a byte that says whether x86 code was changed before.</summary>
    FilteredLzma,
    Stored,
}

/// <summary>The first header, and what the first bytes behind it tell of the method; nothing else does.</summary>
/// <param name="HeaderLength">What the script's header decompresses to.</param>
/// <param name="End">Where the data ends; a checksum of four bytes may stand before.</param>
internal readonly record struct NsisFormat(NsisMethod Method, bool IsSolid, long HeaderLength, long End)
{
    public const int FirstHeaderLength = 28;

    /// <summary>A block's length has this bit where the block is compressed.</summary>
    public const uint CompressedFlag = 0x80000000;

    public static (NsisMethod Method, bool IsSolid) Find(ReadOnlySpan<byte> data, uint headerLength)
    {
        if (data.Length < 16)
            return (NsisMethod.Stored, false);
        if (IsLzma(data))
            return (NsisMethod.Lzma, true);
        if (data[0] <= 1 && IsLzma(data[1..]))
            return (NsisMethod.FilteredLzma, true);
        var first = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(data);
        if (first == headerLength)
            return (NsisMethod.Stored, false);
        // Deflate may have that byte there too; but then it is no length of a compressed header.
        if (data[3] == 0x80 && (first & ~CompressedFlag) is var length && length > 0 && length <= headerLength + 64L)
        {
            data = data[4..];
            return IsLzma(data) ? (NsisMethod.Lzma, false) : data[0] <= 1 && IsLzma(data[1..]) ? (NsisMethod.FilteredLzma, false)
                : (IsBzip2(data) ? NsisMethod.Bzip2 : NsisMethod.Deflate, false);
        }

        return (IsBzip2(data) ? NsisMethod.Bzip2 : NsisMethod.Deflate, true);
    }

    /// <summary>The usual properties, a dictionary of whole 64 KiB, and the range coder's first byte.</summary>
    private static bool IsLzma(ReadOnlySpan<byte> data) =>
        data.Length >= 7 && data[0] == 0x5D && data[1] == 0 && data[2] == 0 && data[5] == 0 && (data[6] & 0x80) == 0;

    /// <summary>The byte of a block; the highest one of its origin, which is less than 900,000.</summary>
    private static bool IsBzip2(ReadOnlySpan<byte> data) => data[0] == 0x31 && data[1] < 14;
}
