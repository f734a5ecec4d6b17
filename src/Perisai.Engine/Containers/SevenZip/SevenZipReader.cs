namespace Perisai.Engine.Containers.SevenZip;

/// <summary>Reads 7z archives (7zFormat.txt of the LZMA SDK), every folder once and from front to back.</summary>
internal sealed class SevenZipReader : IContainerReader
{
    public static readonly SevenZipReader Instance = new();

    public string Name => "7z";

    public void Read(ByteSource source, IMemberSink sink)
    {
        using var walk = new SevenZipWalk(source, sink);
        walk.Run();
    }
}
