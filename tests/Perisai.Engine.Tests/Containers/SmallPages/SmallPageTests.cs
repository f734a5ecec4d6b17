using System.Text;
using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Calendar;
using Perisai.Engine.Containers.PostScript;
using Perisai.Engine.Containers.ShellLink;

namespace Perisai.Engine.Tests.Containers.SmallPages;

/// <summary>Shortcuts, PostScript with a header of DOS, calendars and contacts.</summary>
public sealed class SmallPageTests
{
    private static readonly byte[] _data = [.. Enumerable.Range(0, 900).Select(n => (byte)(n * 7))];

    /// <summary>A shortcut with nothing but arguments, in UTF-16, one block, and the empty last one.</summary>
    internal static byte[] Link(string arguments) =>
    [
        0x4C, 0, 0, 0, 0x01, 0x14, 0x02, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46, 0xA0, 0, 0, 0, .. new byte[52],
        (byte)arguments.Length, 0, .. Encoding.Unicode.GetBytes(arguments), 12, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0,
    ];

    internal static byte[] Eps(byte[] program, byte[] preview) =>
    [
        0xC5, 0xD0, 0xD3, 0xC6, 30, 0, 0, 0, .. BitConverter.GetBytes(program.Length), 0, 0, 0, 0, 0, 0, 0, 0,
        .. BitConverter.GetBytes(30 + program.Length), .. BitConverter.GetBytes(preview.Length), 0xFF, 0xFF, .. program, .. preview,
    ];

    internal static byte[] Calendar(byte[] data) => Encoding.ASCII.GetBytes(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nATTACH;FMTTYPE=application/octet-stream;ENCODING=BASE64;VALUE=BINARY;\r\n X-FILENAME=\"a:b.exe\":"
        + Folded(data) + "\r\nSUMMARY:ENCODING=BASE64 is no parameter here\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");

    internal static byte[] Contact(byte[] data) => Encoding.ASCII.GetBytes(
        $"BEGIN:VCARD\nVERSION:4.0\nFN:a\nPHOTO:data:image/jpeg;base64,{Folded(data)}\nEND:VCARD\n");

    [Fact]
    public void A_shortcut_gives_its_arguments_and_what_follows_it()
    {
        var sink = LnkReader.Instance.Read([.. Link("/c start"), .. _data]);
        sink.AssertClean();
        Assert.Equal([("arguments", "/c start"u8.ToArray()), ("trailing-data", _data)], sink.Members.Select(member => (member.Name, member.Content)), Same);
        Assert.NotEmpty(LnkReader.Instance.Read(Link("/c start")[..90]).Losses);
    }

    [Fact]
    public void The_parts_behind_a_header_of_DOS_are_members()
    {
        var sink = DosEpsReader.Instance.Read(Eps("%!PS"u8.ToArray(), _data));
        sink.AssertClean();
        Assert.Equal([("program.ps", "%!PS"u8.ToArray()), ("preview.tif", _data)], sink.Members.Select(member => (member.Name, member.Content)), Same);
        Assert.NotEmpty(DosEpsReader.Instance.Read(Eps([1], _data)[..^1]).Losses);
    }

    [Fact]
    public void Attachments_of_calendars_and_photos_of_contacts_are_members()
    {
        var sink = CalendarReader.Calendar.Read(Calendar(_data));
        sink.AssertClean();
        Assert.Equal([("a:b.exe", _data)], sink.Members.Select(member => (member.Name, member.Content)), Same);
        var old = Encoding.ASCII.GetBytes($"BEGIN:VCARD\r\nPHOTO;BASE64:\r\n{Convert.ToBase64String(_data, Base64FormattingOptions.InsertLineBreaks)}\r\n\r\nFN:b\r\nEND:VCARD");
        foreach (var card in (byte[][])[Contact(_data), old])
        {
            sink = CalendarReader.Contacts.Read(card);
            sink.AssertClean();
            Assert.Equal([("photo", _data)], sink.Members.Select(member => (member.Name, member.Content)), Same);
        }

        Assert.NotEmpty(CalendarReader.Contacts.Read(Contact(_data)[..^20]).Losses);
    }

    [Fact]
    public void Calendars_and_contacts_are_told_by_their_first_line()
    {
        foreach (var (bytes, type) in (ReadOnlySpan<(byte[], FileType)>)[(Calendar(_data), FileType.Calendar), (Contact(_data), FileType.VCard), ("BEGIN:VCARDS\n"u8.ToArray(), FileType.Text)])
        {
            using var source = new MemoryByteSource(bytes);
            Assert.Equal(type, ContainerDispatcher.Identify(source, new ScanBudget(ScanLimits.Default)));
        }
    }

    private static bool Same((string Name, byte[] Content) one, (string Name, byte[] Content) other) =>
        one.Name == other.Name && one.Content.AsSpan().SequenceEqual(other.Content);

    private static string Folded(byte[] data) => string.Join("\r\n ", Convert.ToBase64String(data).Chunk(70).Select(part => new string(part)));
}
