namespace Perisai.Engine.Containers.Zip;

/// <summary>
/// Reads zip archives (PKWARE APPNOTE 6.3.10). Programs differ in whether they believe the directory or the local headers, and
/// archives are made to exploit that: both views are read, and where they differ both contents are handed on.
/// </summary>
internal sealed class ZipReader : IContainerReader
{
    public static readonly ZipReader Instance = new();

    public string Name => "zip";

    public void Read(ByteSource source, IMemberSink sink)
    {
        using var walk = new ZipWalk(source, sink);
        walk.Run();
    }
}
