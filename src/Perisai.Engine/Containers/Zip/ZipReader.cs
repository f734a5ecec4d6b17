namespace Perisai.Engine.Containers.Zip;

/// <summary>
/// Reads zip archives (PKWARE APPNOTE 6.3.10). Programs differ in whether they believe the directory or the local headers, and
/// archives are made to exploit that: both views are read, and where they differ both contents are handed on.
/// </summary>
internal sealed class ZipReader : IContainerReader
{
    public static readonly ZipReader Instance = new();

    public string Name => "zip";

    public FormatDescription Description { get; } = new(
        "zip, zip64 (also jar, apk, aar, nupkg, whl, docx, odt …)",
        "store, shrink, reduce, implode, deflate, deflate64, bzip2, LZMA, PPMd, xz, Zstandard; traditional and AES "
        + "encryption with a password; entries that the directory leaves out, what lies between and behind",
        "PKWARE APPNOTE 6.3.10; WinZip, AES Encryption Information")
    {
        Limits = "64 entries that share bytes",
        Gaps = "strong encryption is reported; parts of a split archive but the first are not joined",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        using var walk = new ZipWalk(source, sink);
        walk.Run();
    }
}
