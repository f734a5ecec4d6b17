namespace Perisai.Engine.Containers.Rar;

/// <summary>
/// Reads RAR archives of versions 1.5 to 5. The structure is read by us; compressed data goes through <see cref="RarUnpacker"/>.
/// </summary>
internal sealed class RarReader : IContainerReader
{
    public static readonly RarReader Instance = new();

    public string Name => "rar";

    public FormatDescription Description { get; } = new(
        "RAR 1.5 to 5 (rar)",
        "all methods, solid archives, encryption with a password, comments and NTFS streams",
        "RAR 5.0 archive format; technote.txt of RAR 4")
    {
        Limits = "key derivations of 2^20 rounds",
        Gaps = "encrypted headers are reported; volumes are not joined; dictionaries beyond 4 GiB are reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        using var walk = new RarWalk(source, sink);
        walk.Run();
    }
}
