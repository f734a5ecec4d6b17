namespace Perisai.Engine.Containers.SevenZip;

/// <summary>Reads 7z archives (7zFormat.txt of the LZMA SDK), every folder once and from front to back.</summary>
internal sealed class SevenZipReader : IContainerReader
{
    public static readonly SevenZipReader Instance = new();

    public string Name => "7z";

    public FormatDescription Description { get; } = new(
        "7z",
        "LZMA, LZMA2, PPMd, bzip2, deflate, deflate64, Zstandard, LZ4, all filters but RISC-V, AES-256 with a password; "
        + "unused bytes; archives without a header in part",
        "LZMA SDK, 7zFormat.txt and Methods.txt")
    {
        Limits = "headers of 64 MiB, key derivations of 2^24 rounds",
        Gaps = "volumes are not joined; Brotli, LZ5, Lizard are reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        using var walk = new SevenZipWalk(source, sink);
        walk.Run();
    }
}
