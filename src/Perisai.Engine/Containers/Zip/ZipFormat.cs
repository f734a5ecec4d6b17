namespace Perisai.Engine.Containers.Zip;

/// <summary>Numbers of PKWARE's APPNOTE 6.3.10 and of WinZip's AES specification.</summary>
internal static class ZipFormat
{
    public const int LocalHeaderLength = 30;
    public const int DirectoryHeaderLength = 46;
    public const int EndRecordLength = 22;
    public const int Zip64LocatorLength = 20;
    public const int Zip64EndRecordLength = 56;

    public const ushort Stored = 0;
    public const ushort Deflated = 8;
    public const ushort Aes = 99;

    /// <summary>Methods above this do not exist; a header that names one is noise.</summary>
    public const ushort MaxMethod = 99;

    public static ReadOnlySpan<byte> LocalHeader => "PK\u0003\u0004"u8;

    public static ReadOnlySpan<byte> DirectoryHeader => "PK\u0001\u0002"u8;

    public static ReadOnlySpan<byte> EndRecord => "PK\u0005\u0006"u8;

    public static ReadOnlySpan<byte> Zip64EndRecord => "PK\u0006\u0006"u8;

    public static ReadOnlySpan<byte> Zip64Locator => "PK\u0006\u0007"u8;

    /// <summary>A data descriptor; at the very beginning, the first part of a split archive.</summary>
    public static ReadOnlySpan<byte> Descriptor => "PK\u0007\u0008"u8;

    /// <summary>A split archive that turned out to need one part only.</summary>
    public static ReadOnlySpan<byte> SinglePart => "PK00"u8;

    /// <summary>The name of a compression method, for a person.</summary>
    public static string MethodName(int method) => method switch
    {
        0 => "stored",
        1 => "shrink",
        >= 2 and <= 5 => $"reduce-{method - 1}",
        6 => "implode",
        7 => "tokenize",
        8 => "deflate",
        9 => "deflate64",
        10 => "dcl-implode",
        12 => "bzip2",
        14 => "lzma",
        16 => "cmpsc",
        18 => "terse",
        19 => "lz77",
        20 or 93 => "zstd",
        94 => "mp3",
        95 => "xz",
        96 => "jpeg",
        97 => "wavpack",
        98 => "ppmd",
        99 => "aes",
        _ => $"method {method}",
    };
}
