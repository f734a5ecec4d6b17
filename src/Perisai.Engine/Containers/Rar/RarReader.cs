namespace Perisai.Engine.Containers.Rar;

/// <summary>
/// Reads RAR archives of versions 1.5 to 5. The structure is read by us; compressed data goes through <see cref="RarUnpacker"/>.
/// </summary>
internal sealed class RarReader : IContainerReader
{
    public static readonly RarReader Instance = new();

    public string Name => "rar";

    public void Read(ByteSource source, IMemberSink sink)
    {
        using var walk = new RarWalk(source, sink);
        walk.Run();
    }
}
