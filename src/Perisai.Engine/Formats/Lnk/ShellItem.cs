namespace Perisai.Engine.Formats.Lnk;

/// <summary>
/// A step on the way to a shortcut's target: a drive, a folder, a file. Microsoft specifies the list of them ([MS-SHLLINK], 2.2) and not what is in them; that is
/// from the documentation of libfwsi (Windows Shell Item format), as in the lnk module of YARA-X. Texts are UTF-8, null where the item is of another type.
/// </summary>
/// <param name="Type">The kind as <see cref="ShellItemTypes"/> has it; of an unknown one, its first byte.</param>
/// <param name="Data">What follows the first byte.</param>
internal sealed record ShellItem(byte Type, byte[] Data)
{
    /// <summary>A file of the control panel.</summary>
    public byte[]? ControlPanelPath { get; init; }

    /// <summary>The identifier of a folder that Windows knows.</summary>
    public Guid? RootFolder { get; init; }

    public byte[]? VolumeName { get; init; }

    /// <summary>The identifier of a volume without a name.</summary>
    public Guid? Volume { get; init; }

    /// <summary>The name of a file or folder.</summary>
    public byte[]? FileName { get; init; }

    /// <summary>A path in the network.</summary>
    public byte[]? NetworkLocation { get; init; }
}

/// <summary>Kinds of items; of volumes, files and places in the network the first of sixteen that say more in their lower bits.</summary>
internal static class ShellItemTypes
{
    public const byte ControlPanelFile = 0x00;
    public const byte RootFolder = 0x1F;
    public const byte Volume = 0x20;
    public const byte File = 0x30;
    public const byte Network = 0x40;
    public const byte ControlPanel = 0x71;

    /// <summary>The kind of an item by its first byte.</summary>
    public static byte Of(byte first) => (byte)(first & 0x70) switch
    {
        Volume => Volume,
        File => File,
        Network => Network,
        _ => first switch { 0x1E => RootFolder, 0x70 => ControlPanel, _ => first },
    };
}
