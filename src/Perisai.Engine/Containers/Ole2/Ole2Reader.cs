namespace Perisai.Engine.Containers.Ole2;

/// <summary>
/// Reads compound files: documents of Office up to 2003 and of Hangul, Windows Installer packages, Outlook messages, thumbnails, macro projects.
/// All streams come out, and what Office hides in some of them.
/// </summary>
internal sealed class Ole2Reader : IContainerReader
{
    public static readonly Ole2Reader Instance = new();

    public string Name => "ole2";

    public FormatDescription Description { get; } = new(
        "OLE2 compound file (doc, xls, ppt, msi, msg, hwp, Thumbs.db)",
        "all streams, in storages or not; embedded files and objects, sources of VBA macros, Excel 4 macros as formulas and as clamscan's text of their records, objects and pictures of slides, "
        + "packages, and documents of Word, Excel and PowerPoint before 2007, that are encrypted with Office's own or a given password (AES, RC4, XOR), attachments and RTF bodies of messages, Hangul's streams decompressed",
        "[MS-CFB], [MS-OLEDS], [MS-OVBA], [MS-PPT], [MS-ODRAW], [MS-OFFCRYPTO], [MS-OXMSG], HWP Document File Formats 5.0")
    {
        Limits = "200,000 directory entries",
        Gaps = "WordBasic macros (Word 6 and 95) are not decoded; what other providers of Windows encrypt is reported; property sets are not taken apart",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        using var file = Ole2File.Open(source, sink);
        if (file is not null)
            new Ole2Walk(file).Run();
    }
}
