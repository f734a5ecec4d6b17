namespace Perisai.Engine.Formats.Lnk;

/// <summary>A shortcut of Windows. What is not in the file is null; texts are UTF-8.</summary>
internal sealed class ShellLink
{
    /// <summary>Times are seconds since 1970; null for those before.</summary>
    public long? CreationTime { get; set; }

    public long? AccessTime { get; set; }

    public long? WriteTime { get; set; }

    public uint TargetLength { get; set; }

    public uint TargetAttributes { get; set; }

    public uint IconIndex { get; set; }

    public uint ShowCommand { get; set; }

    public byte[]? Name { get; set; }

    public byte[]? RelativePath { get; set; }

    public byte[]? WorkingFolder { get; set; }

    public byte[]? Arguments { get; set; }

    public byte[]? IconLocation { get; set; }

    public uint? DriveType { get; set; }

    public uint? DriveSerialNumber { get; set; }

    public byte[]? VolumeLabel { get; set; }

    public byte[]? LocalBasePath { get; set; }

    public byte[]? CommonPathSuffix { get; set; }

    /// <summary>The steps that lead to the target.</summary>
    public IReadOnlyList<ShellItem> Targets { get; set; } = [];

    public ShellLinkTracker? Tracker { get; set; }

    /// <summary>Where what follows the link begins; null where nothing does.</summary>
    public long? OverlayOffset { get; set; }

    public long OverlayLength { get; set; }
}

/// <summary>Where the target was made: the block of the distributed link tracker.</summary>
internal sealed record ShellLinkTracker(uint Version, byte[] Machine, Guid Volume, Guid File, Guid BirthVolume, Guid BirthFile);
