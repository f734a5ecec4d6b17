namespace Perisai.Engine.Containers.Iso9660;

/// <summary>Numbers of ISO 9660 (ECMA-119).</summary>
internal static class Iso9660Format
{
    public const int SectorLength = 2048;

    /// <summary>Sectors before the volume descriptors of a session.</summary>
    public const int SystemSectors = 16;

    /// <summary>Length of a directory record without its name.</summary>
    public const int RecordLength = 33;

    public static ReadOnlySpan<byte> StandardIdentifier => "CD001"u8;
}

/// <summary>Types of volume descriptors.</summary>
internal enum IsoDescriptor
{
    Boot = 0,
    Primary = 1,
    Supplementary = 2,
    Terminator = 255,
}
