namespace Perisai.Engine.Containers.Tar;

/// <summary>
/// Reads tar archives of every dialect: v7, ustar, pax, GNU, star. A damaged header costs only itself: reading goes on at the
/// next block whose checksum holds, and what lies between is handed on as a member of its own.
/// </summary>
internal sealed class TarReader : IContainerReader
{
    public static readonly TarReader Instance = new();

    public string Name => "tar";

    public void Read(ByteSource source, IMemberSink sink) => new TarWalk(source, sink).Run();
}
