using System.Text;
using Perisai.Engine.Formats.Lnk;

namespace Perisai.Engine.Modules.Lnk;

/// <summary>
/// The lnk module of YARA-X (documentation: modules/lnk).
/// </summary>
internal sealed class LnkModule : RuleModule
{
    private static readonly FactSchema<ShellLink> _showCommand = new FactSchema<ShellLink>("lnk.ShowCommand")
        .Constant("NORMAL", 1)
        .Constant("MAXIMIZED", 3)
        .Constant("MIN_NO_ACTIVE", 7);

    private static readonly FactSchema<ShellLink> _driveType = new FactSchema<ShellLink>("lnk.DriveType")
        .Constant("UNKNOWN", 0)
        .Constant("NO_ROOT_DIR", 1)
        .Constant("REMOVABLE", 2)
        .Constant("FIXED", 3)
        .Constant("REMOTE", 4)
        .Constant("CDROM", 5)
        .Constant("RAMDISK", 6);

    private static readonly FactSchema<ShellLinkTracker> _tracker = new FactSchema<ShellLinkTracker>("lnk.tracker_data")
        .Integer("version", tracker => tracker.Version)
        .Text("machine_id", tracker => tracker.Machine)
        .Text("droid_volume_id", tracker => Text(tracker.Volume))
        .Text("droid_file_id", tracker => Text(tracker.File))
        .Text("droid_birth_volume_id", tracker => Text(tracker.BirthVolume))
        .Text("droid_birth_file_id", tracker => Text(tracker.BirthFile));

    private static readonly FactSchema<ShellLink> _itemType = new FactSchema<ShellLink>("lnk.ShellItemType")
        .Constant("CONTROL_PANEL_CPL", ShellItemTypes.ControlPanelFile)
        .Constant("CONTROL_PANEL_CATEGORY", 0x01)
        .Constant("ROOT_FOLDER", ShellItemTypes.RootFolder)
        .Constant("VOLUME", ShellItemTypes.Volume)
        .Constant("FILE_ENTRY", ShellItemTypes.File)
        .Constant("NETWORK_LOCATION", ShellItemTypes.Network)
        .Constant("COMPRESSED_FOLDER", 0x52)
        .Constant("URI", 0x61)
        .Constant("CONTROL_PANEL", ShellItemTypes.ControlPanel)
        .Constant("PRINTERS", 0x72)
        .Constant("COMMON_PLACES_FOLDER", 0x73)
        .Constant("USERS_FILES_FOLDER", 0x74);

    private static readonly FactSchema<ShellItem> _item = new FactSchema<ShellItem>("lnk.target_id_list")
        .Integer("item_type", item => item.Type)
        .Text("data", item => item.Data)
        .Text("cpl_file_path", item => item.ControlPanelPath)
        .Text("root_folder_id", item => item.RootFolder is { } folder ? Text(folder) : null)
        .Text("volume_name", item => item.VolumeName)
        .Text("volume_id", item => item.Volume is { } volume ? Text(volume) : null)
        .Text("file_entry_name", item => item.FileName)
        .Text("network_location", item => item.NetworkLocation);

    private static readonly FactSchema<ShellLink> _module = new FactSchema<ShellLink>("lnk")
        .Constant("FILE_ATTRIBUTE_READONLY", 0x1)
        .Constant("FILE_ATTRIBUTE_HIDDEN", 0x2)
        .Constant("FILE_ATTRIBUTE_SYSTEM", 0x4)
        .Constant("RESERVED_1", 0x8)
        .Constant("FILE_ATTRIBUTE_DIRECTORY", 0x10)
        .Constant("FILE_ATTRIBUTE_ARCHIVE", 0x20)
        .Constant("RESERVED_2", 0x40)
        .Constant("FILE_ATTRIBUTE_NORMAL", 0x80)
        .Constant("FILE_ATTRIBUTE_TEMPORARY", 0x100)
        .Constant("FILE_ATTRIBUTE_SPARSE_FILE", 0x200)
        .Constant("FILE_ATTRIBUTE_REPARSE_POINT", 0x400)
        .Constant("FILE_ATTRIBUTE_COMPRESSED", 0x800)
        .Constant("FILE_ATTRIBUTE_OFFLINE", 0x1000)
        .Constant("FILE_ATTRIBUTE_NOT_CONTENT_INDEXED", 0x2000)
        .Constant("FILE_ATTRIBUTE_ENCRYPTED", 0x4000)
        .Struct("ShowCommand", _showCommand, link => link)
        .Struct("DriveType", _driveType, link => link)
        .IsThereAsTruth("is_lnk")
        .Text("name", link => link.Name)
        .Integer("creation_time", link => link.CreationTime)
        .Integer("access_time", link => link.AccessTime)
        .Integer("write_time", link => link.WriteTime)
        .Integer("file_size", link => link.TargetLength)
        .Integer("file_attributes", link => link.TargetAttributes)
        .Text("icon_location", link => link.IconLocation)
        .Integer("icon_index", link => link.IconIndex)
        .Integer("show_command", link => link.ShowCommand)
        .Integer("drive_type", link => link.DriveType)
        .Integer("drive_serial_number", link => link.DriveSerialNumber)
        .Text("volume_label", link => link.VolumeLabel)
        .Text("local_base_path", link => link.LocalBasePath)
        .Text("common_path_suffix", link => link.CommonPathSuffix)
        .Text("relative_path", link => link.RelativePath)
        .Text("working_dir", link => link.WorkingFolder)
        .Text("cmd_line_args", link => link.Arguments)
        .Integer("overlay_size", link => link.OverlayLength)
        .Integer("overlay_offset", link => link.OverlayOffset)
        .Struct("tracker_data", _tracker, link => link.Tracker)
        .Struct("ShellItemType", _itemType, link => link)
        .StructArray("target_id_list", _item, link => link.Targets);

    public override string Name => "lnk";

    public override StructType Schema => _module.Type;

    public override bool MayApply(ModuleContext context) => BeginsWith(context, [0x4C, 0, 0, 0]);

    public override RuleStruct Load(ModuleContext context) => _module.Bind(ShellLinkReader.Read(context.Reader));

    private static byte[] Text(Guid value) => Encoding.ASCII.GetBytes(value.ToString("D"));
}
