using System.Buffers.Binary;
using System.Text;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules.Lnk;

public class LnkModuleTests
{
    private static readonly RuleModule _module = RuleModules.Find("lnk")!;

    [Fact]
    public void AShortcutIsReadWhole()
    {
        var fields = FactDump.Of(_module, Example());
        Assert.Equal("1", fields["is_lnk"]);
        Assert.Equal("1221251237", fields["creation_time"]);
        Assert.False(fields.ContainsKey("access_time"));
        Assert.Equal("7", fields["show_command"]);
        Assert.Equal("34", fields["file_attributes"]);
        Assert.Equal("4711", fields["file_size"]);
        Assert.Equal("3", fields["drive_type"]);
        Assert.Equal("813337217", fields["drive_serial_number"]);
        Assert.Equal("\"Disk\"", fields["volume_label"]);
        Assert.Equal("\"C:\\a.exe\"", fields["local_base_path"]);
        Assert.Equal("\"rest\"", fields["common_path_suffix"]);
        Assert.Equal("\"\\xc3\\x9cber\"", fields["name"]);
        Assert.Equal("\"/c start\"", fields["cmd_line_args"]);
        Assert.False(fields.ContainsKey("working_dir"));
        Assert.Equal("\"machine\"", fields["tracker_data.machine_id"]);
        Assert.Equal("\"03020100-0504-0706-0809-0a0b0c0d0e0f\"", fields["tracker_data.droid_volume_id"]);
        Assert.Equal("5", fields["overlay_size"]);
        Assert.Equal((Example().Length - 5).ToString(System.Globalization.CultureInfo.InvariantCulture), fields["overlay_offset"]);
        Assert.Equal("5", fields["DriveType.CDROM"]);
    }

    [Fact]
    public void StepsToTheTargetAreRead()
    {
        byte[][] items =
        [
            [0x1F, 0x50, .. new Guid("20d04fe0-3aea-1069-a2d8-08002b30309d").ToByteArray()],
            [0x2F, .. "C:\\"u8, .. new byte[19]],
            [0x2E, 0x80, .. new Guid("00112233-4455-6677-8899-aabbccddeeff").ToByteArray()],
            [0x31, .. new byte[11], .. "folder\0more"u8],
            [0x36, .. new byte[11], .. Encoding.Unicode.GetBytes("\u00fc.exe\0more")],
            [0x46, 1, 2, .. "\\\\host\\share\0"u8],
            [0x00, .. new byte[9], .. "plain.cpl\0"u8],
            [0x00, .. new byte[21], .. Encoding.Unicode.GetBytes("wide.cpl\0")],
            [0x88, 0xAA, 0xBB],
            [0x71],
            [0x1F, 1],
        ];
        var list = items.SelectMany(item => (byte[])[(byte)(item.Length + 2), 0, .. item]).Concat(new byte[2]).ToArray();
        var link = Example();
        byte[] file = [.. link[..0x4C], (byte)list.Length, (byte)(list.Length >> 8), .. list, .. link[(0x4C + 2 + 8)..]];
        var fields = FactDump.Of(_module, file);
        Assert.Equal("1", fields["is_lnk"]);
        string[] expected =
        [
            "[0].item_type=31", "[0].root_folder_id=\"20d04fe0-3aea-1069-a2d8-08002b30309d\"", "[1].item_type=32", "[1].volume_name=\"C:\\\"", "[2].item_type=32",
            "[2].volume_id=\"00112233-4455-6677-8899-aabbccddeeff\"", "[3].item_type=48", "[3].file_entry_name=\"folder\"", "[4].item_type=48",
            "[4].file_entry_name=\"\\xc3\\xbc.exe\"", "[5].item_type=64", "[5].network_location=\"\\\\host\\share\"", "[6].item_type=0", "[6].cpl_file_path=\"plain.cpl\"",
            "[7].item_type=0", "[7].cpl_file_path=\"wide.cpl\"", "[8].item_type=136", "[8].data=\"\\xaa\\xbb\"", "[9].item_type=113", "[9].data=\"\"", "[10].item_type=31",
            "[10].data=\"\\x01\"",
        ];
        var found = fields.Where(field => field.Key.StartsWith("target_id_list", StringComparison.Ordinal)).Select(field => $"{field.Key[14..]}={field.Value}").ToList();
        Assert.Empty(expected.Except(found));
        // Of each item its type and bytes, and of the first eight one thing more.
        Assert.Equal((items.Length * 2) + 8, found.Count);
        Assert.Equal("48", fields["ShellItemType.FILE_ENTRY"]);
    }

    [Fact]
    public void WhatIsCutShortIsNoShortcut()
    {
        var whole = Example();
        for (var length = 0; length < whole.Length - 5; length++)
        {
            var fields = FactDump.Of(_module, whole[..length]);
            Assert.Equal("0", fields["is_lnk"]);
            Assert.False(fields.ContainsKey("file_size"));
            Assert.Equal("1", fields["ShowCommand.NORMAL"]);
        }
    }

    /// <summary>A shortcut with all parts but some texts, and five bytes behind it.</summary>
    internal static byte[] Example()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(0x4C);
        writer.Write([0x01, 0x14, 0x02, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]);
        // List of targets, link information, name, arguments, UTF-16.
        writer.Write(1 | 2 | 4 | 0x20 | 0x80);
        writer.Write(0x22);
        writer.Write((1221251237L + 11_644_473_600) * 10_000_000);
        writer.Write(0L);
        writer.Write(0L);
        writer.Write(4711);
        writer.Write(9);
        writer.Write(7);
        writer.Write(new byte[12]);
        writer.Write((ushort)8);
        writer.Write((ushort)6);
        writer.Write("item"u8);
        writer.Write((ushort)0);

        var information = new byte[80];
        var words = new[] { 80, 28, 3, 28, 52, 0, 64 };
        for (var i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(information.AsSpan(i * 4), words[i]);
        words = [21, 3, 813337217, 16];
        for (var i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(information.AsSpan(28 + i * 4), words[i]);
        "Disk\0"u8.CopyTo(information.AsSpan(44));
        "C:\\a.exe\0"u8.CopyTo(information.AsSpan(52));
        "rest\0"u8.CopyTo(information.AsSpan(64));
        writer.Write(information);
        foreach (var text in new[] { "Über", "/c start" })
        {
            writer.Write((ushort)text.Length);
            writer.Write(Encoding.Unicode.GetBytes(text));
        }

        writer.Write(0x60);
        writer.Write(0xA0000003);
        writer.Write(0x58);
        writer.Write(0);
        writer.Write(Encoding.ASCII.GetBytes("machine".PadRight(16, '\0')));
        for (var i = 0; i < 64; i++)
            writer.Write((byte)i);
        writer.Write(0);
        writer.Write("extra"u8);
        return stream.ToArray();
    }
}
