using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Perisai.Conformance.ClamAv;

/// <summary>An object of every target type of ClamAV, some of several types. All are harmless and made here, but ClamAV's own test program.</summary>
internal static class SampleObjects
{
    private const string TestFiles = "/usr/share/clamav-testfiles";

    private const string Page = """
        <!DOCTYPE html>
        <HTML><head><title>Quarterly  Numbers &amp; Plans</title>
        <!-- hidden remark about Quarterly numbers -->
        <script type="text/javascript">
        // A remark in the script
        var Greeting = "Good" + ' ' + "Morning";   function showGreeting ( Name ) { document.write(Greeting + Name); }
        showGreeting("World");
        </script></head>
        <BODY bgcolor=#FFFFFF onLoad="doSomething('Here')">
        <P>Some  Text   with&nbsp;blanks and <b>bold&#32;words</b> &#x41;&#66;C</P>
        <a HREF="http://Example.ORG/Path?x=1">A Link To Somewhere</a>
        <img src='picture.png' alt="Alternative   Words">
        </BODY></HTML>

        """;

    private const string Plain = "First line of  the Plain Text,\twith   blanks.\nSecond LINE has Capitals and digits 12345.\r\n\r\n   Indented third line; and the last one ends here.\n";

    private const string ShellScript = "#!/bin/sh\n# A Remark\nGREETING=\"Good   Morning\"\necho \"$GREETING\"   | tr a-z A-Z\nexit 0\n";

    private static readonly string _mail =
        "From: Sender Name <sender@example.org>\r\nTo: receiver@example.net\r\nSubject: The  Subject Line\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\n"
        + "Message-ID: <12345@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"xyz\"\r\n\r\nThis is the preamble of it.\r\n--xyz\r\n"
        + "Content-Type: text/plain; charset=us-ascii\r\n\r\nThe plain Body of the Message, some Words.\r\n--xyz\r\nContent-Type: application/octet-stream; name=\"data.bin\"\r\n"
        + "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"data.bin\"\r\n\r\n"
        + Convert.ToBase64String(Noise(400, 7), Base64FormattingOptions.InsertLineBreaks) + "\r\n--xyz--\r\n";

    public static IReadOnlyList<SampleObject> Make() =>
    [
        new("noise", [0x80, 0x01, 0x02, 0x03, .. Noise(3000, 1)]),
        new("text", Encoding.ASCII.GetBytes(Plain))
        {
            Views = ["first line of the plain text, with blanks. second line", "line has capitals and digits", "indented third line; and", "plain text,\twith"],
        },
        new("utf16", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Plain)]) { Views = ["line has capitals and digits", "LINE has Capitals"] },
        new("script", Encoding.ASCII.GetBytes(ShellScript)) { Views = ["greeting=\"good morning\"", "echo \"$greeting\" | tr a-z a-z"] },
        new("html", Encoding.ASCII.GetBytes(Page))
        {
            Views =
            [
                "quarterly numbers & plans", "quarterly  numbers", "hidden remark about", "some text with blanks and", "bold words", "<b>bold words</b>", "abc</p>", "<a href=\"http://example.org/",
                "a link to somewhere", "alternative words", "<body bgcolor=\"#ffffff\"", "onload=\"dosomething('here')\"", "var n1", "good morning", "\"good morning\"", "showgreeting(\"world\")",
                "document.write(", "a remark in the script", "<img src=\"picture.png\"",
            ],
        },
        new("mail", Encoding.ASCII.GetBytes(_mail)) { Views = ["the plain body of the message, some words", "subject: the subject line"] },
        new("pe", TestProgram()) { Places = [0, 0x80, 200, 500] },
        new("pe-overlay", [.. TestProgram(), .. Noise(300, 5)]),
        new("elf", Elf()) { Places = [0, 0x40] },
        new("macho", MachO()) { Places = [0, 32] },
        new("class", [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 52, 0, 3, 1, 0, 4, .. "Code"u8, 1, 0, 60, .. Noise(60, 9), .. new byte[12]]),
        new("gif", [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 1, 2, 3, 4, 5, 6, 0x21, 0xFE, 40, .. Noise(40, 2), 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B]),
        new("png", Png()),
        new("pdf", Pdf()),
        new("swf", [.. "FWS"u8, 6, .. BitConverter.GetBytes(200), .. Noise(192, 3)]),
        new("rtf", Encoding.ASCII.GetBytes("{\\rtf1\\ansi\\deff0 {\\fonttbl {\\f0 Times New Roman;}}\\f0\\fs60 Some Formatted Words stand here, and more of them.\\par}\n")),
        new("ole2", TestFile("clam.ole.doc")),
        new("zip", Zip()),
    ];

    public static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static bool Exist => Directory.Exists(TestFiles);

    private static byte[] TestFile(string name) => File.ReadAllBytes(Path.Combine(TestFiles, name));

    private static byte[] TestProgram() => TestFile("clam.exe");

    /// <summary>A 64-bit program of one loaded segment, with two sections and a table of their names.</summary>
    private static byte[] Elf()
    {
        var bytes = new byte[0x400];
        byte[] identity = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(bytes, 0);
        Noise(0x180, 11).CopyTo(bytes, 0x100);
        "\0.text\0.shstrtab\0"u8.CopyTo(bytes.AsSpan(0x2A0));
        Put16(16, 2);
        Put16(18, 62);
        Put32(20, 1);
        Put64(24, 0x400120);
        Put64(32, 64);
        Put64(40, 0x300);
        Put16(52, 64);
        Put16(54, 56);
        Put16(56, 1);
        Put16(58, 64);
        Put16(60, 3);
        Put16(62, 2);
        Put32(64, 1);
        Put32(68, 5);
        Put64(80, 0x400000);
        Put64(88, 0x400000);
        Put64(96, 0x300);
        Put64(104, 0x300);
        Put64(112, 0x1000);
        Section(1, name: 1, type: 1, address: 0x400100, offset: 0x100, size: 0x180);
        Section(2, name: 7, type: 3, address: 0, offset: 0x2A0, size: 0x11);
        return bytes;

        void Section(int index, uint name, uint type, ulong address, ulong offset, ulong size)
        {
            var at = 0x300 + index * 64;
            Put32(at, name);
            Put32(at + 4, type);
            Put64(at + 16, address);
            Put64(at + 24, offset);
            Put64(at + 32, size);
        }

        void Put16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), value);
        void Put32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
        void Put64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), value);
    }

    /// <summary>One segment with one section and an entry point: clamscan crashes on places in programs that have no section.</summary>
    private static byte[] MachO()
    {
        var bytes = new byte[0x300];
        uint[] header = [0xFEEDFACF, 0x01000007, 3, 2, 2, 176, 0, 0, 0x19, 152];
        for (var index = 0; index < header.Length; index++)
            Put32(index * 4, header[index]);
        "__TEXT"u8.CopyTo(bytes.AsSpan(40));
        Put64(64, 0x1000);
        Put64(80, 0x300);
        Put32(96, 1);
        "__text"u8.CopyTo(bytes.AsSpan(104));
        "__TEXT"u8.CopyTo(bytes.AsSpan(120));
        Put64(136, 0x100);
        Put64(144, 0x180);
        Put32(152, 0x100);
        Put32(184, 0x80000028);
        Put32(188, 24);
        Put64(192, 0x120);
        Noise(0x200, 12).CopyTo(bytes, 0x100);
        return bytes;

        void Put32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
        void Put64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), value);
    }

    private static byte[] Png()
    {
        var bytes = new List<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
        Chunk("tEXt", [.. "Comment\0"u8, .. Noise(80, 4)]);
        Chunk("IDAT", Deflated([0, 1, 2, 3]));
        Chunk("IEND", []);
        return [.. bytes];

        void Chunk(string type, byte[] data)
        {
            byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
            var number = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            bytes.AddRange(number);
            bytes.AddRange(body);
            BinaryPrimitives.WriteUInt32BigEndian(number, System.IO.Hashing.Crc32.HashToUInt32(body));
            bytes.AddRange(number);
        }
    }

    private static byte[] Pdf()
    {
        var packed = Deflated(Encoding.ASCII.GetBytes("BT /F1 12 Tf (Words within the packed stream of the page) Tj ET " + new string('x', 60)));
        var bytes = new List<byte>(Encoding.ASCII.GetBytes("%PDF-1.4\n%\u00ff\n"));
        var offsets = new List<int>();
        Object("<< /Type /Catalog /Pages 2 0 R >>");
        Object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        Object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>");
        Object($"<< /Length {packed.Length} /Filter /FlateDecode >>\nstream\n", packed, "\nendstream");
        var table = bytes.Count;
        Text($"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n{string.Concat(offsets.Select(at => $"{at:d10} 00000 n \n"))}");
        Text($"trailer\n<< /Size {offsets.Count + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        return [.. bytes];

        void Text(string text) => bytes.AddRange(Encoding.ASCII.GetBytes(text));

        void Object(string before, byte[]? data = null, string behind = "")
        {
            offsets.Add(bytes.Count);
            Text($"{offsets.Count} 0 obj\n{before}");
            bytes.AddRange(data ?? []);
            Text($"{behind}\nendobj\n");
        }
    }

    private static byte[] Deflated(byte[] content)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(content);
        return packed.ToArray();
    }

    private static byte[] Zip()
    {
        var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("inside.bin").Open();
            entry.Write(Noise(600, 6));
        }

        return packed.ToArray();
    }
}
