namespace Perisai.Engine.Containers.Cab;

/// <summary>Numbers of the cabinet format, as Microsoft's "Cabinet File Format" (MS-CAB) gives them.</summary>
internal static class CabFormat
{
    public const int HeaderLength = 36;
    public const int FolderLength = 8;
    public const int FileLength = 16;
    public const int BlockHeaderLength = 8;

    /// <summary>The longest stored name; the format says 256 bytes with the NUL.</summary>
    public const int MaxName = 1024;

    /// <summary>A block of the compressing methods holds up to this many bytes when it is decompressed.</summary>
    public const int BlockLength = 32 << 10;

    /// <summary>Folder numbers from here on mean that a file goes on in another cabinet.</summary>
    public const ushort ContinuedFromPrevious = 0xFFFD;
    public const ushort ContinuedToNext = 0xFFFE;
    public const ushort ContinuedOnBothSides = 0xFFFF;

    public static ReadOnlySpan<byte> Magic => "MSCF"u8;
}

/// <summary>The compression of a folder: the low four bits of its type.</summary>
internal enum CabMethod
{
    None,
    MsZip,
    Quantum,
    Lzx,
}
