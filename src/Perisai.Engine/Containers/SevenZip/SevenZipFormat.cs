namespace Perisai.Engine.Containers.SevenZip;

/// <summary>Numbers of the 7z format (7zFormat.txt and Methods.txt of the LZMA SDK).</summary>
internal static class SevenZipFormat
{
    /// <summary>Signature, version, checksum, and where the header is.</summary>
    public const int StartHeaderLength = 32;

    /// <summary>More coders in a folder, or more inputs of one, than this do not occur: BCJ2 with encryption needs seven.</summary>
    public const int MaxCoders = 32;

    /// <summary>7-Zip refuses more rounds as well: 2 to the power of 24.</summary>
    public const int MaxRoundsPower = 24;

    /// <summary>Headers longer than this are not read: a hundred thousand names of three hundred characters fit.</summary>
    public const int MaxHeaderLength = 64 << 20;

    public static ReadOnlySpan<byte> Signature => [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C];

    /// <summary>The name of a method, for a person.</summary>
    public static string MethodName(ulong method) => method switch
    {
        SevenZipMethod.Brotli => "brotli",
        SevenZipMethod.Lz5 => "lz5",
        SevenZipMethod.Lizard => "lizard",
        SevenZipMethod.RiscV => "risc-v branches",
        _ => $"method {method:X}",
    };
}

/// <summary>Kinds of properties in a header.</summary>
internal static class SevenZipProperty
{
    public const ulong End = 0x00;
    public const ulong Header = 0x01;
    public const ulong ArchiveProperties = 0x02;
    public const ulong AdditionalStreams = 0x03;
    public const ulong MainStreams = 0x04;
    public const ulong Files = 0x05;
    public const ulong PackInfo = 0x06;
    public const ulong UnpackInfo = 0x07;
    public const ulong SubStreams = 0x08;
    public const ulong Size = 0x09;
    public const ulong Checksums = 0x0A;
    public const ulong Folder = 0x0B;
    public const ulong UnpackSizes = 0x0C;
    public const ulong NumberOfSubStreams = 0x0D;
    public const ulong EmptyStream = 0x0E;
    public const ulong EmptyFile = 0x0F;
    public const ulong AntiItem = 0x10;
    public const ulong Names = 0x11;
    public const ulong Attributes = 0x15;
    public const ulong EncodedHeader = 0x17;
}

/// <summary>Methods by their identifiers, read as big-endian numbers.</summary>
internal static class SevenZipMethod
{
    public const ulong Copy = 0x00;
    public const ulong Delta = 0x03;
    public const ulong X86 = 0x04;
    public const ulong PowerPc = 0x05;
    public const ulong Ia64 = 0x06;
    public const ulong Arm = 0x07;
    public const ulong ArmThumb = 0x08;
    public const ulong Sparc = 0x09;
    public const ulong Arm64 = 0x0A;
    public const ulong RiscV = 0x0B;
    public const ulong Lzma2 = 0x21;
    public const ulong Swap2 = 0x020302;
    public const ulong Swap4 = 0x020304;
    public const ulong Lzma = 0x030101;
    public const ulong OldX86 = 0x03030103;
    public const ulong Bcj2 = 0x0303011B;
    public const ulong OldPowerPc = 0x03030205;
    public const ulong OldIa64 = 0x03030401;
    public const ulong OldArm = 0x03030501;
    public const ulong OldArmThumb = 0x03030701;
    public const ulong OldSparc = 0x03030805;
    public const ulong Ppmd = 0x030401;
    public const ulong Deflate = 0x040108;
    public const ulong Deflate64 = 0x040109;
    public const ulong Bzip2 = 0x040202;
    public const ulong Zstd = 0x04F71101;
    public const ulong Brotli = 0x04F71102;
    public const ulong Lz4 = 0x04F71104;
    public const ulong Lz5 = 0x04F71105;
    public const ulong Lizard = 0x04F71106;
    public const ulong Aes = 0x06F10701;
}
