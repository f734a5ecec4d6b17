using Perisai.Engine.Containers.Oci;

namespace Perisai.Engine.Containers.Tar;

/// <summary>
/// Reads tar archives of every dialect: v7, ustar, pax, GNU, star. A damaged header costs only itself: reading goes on at the
/// next block whose checksum holds, and what lies between is handed on as a member of its own.
/// </summary>
internal sealed class TarReader : IContainerReader
{
    public static readonly TarReader Instance = new();

    public string Name => "tar";

    public FormatDescription Description { get; } = new(
        "tar (v7, ustar, pax, GNU, star)",
        "files, sparse files; what follows the end; of container images (docker save, OCI) the layers in order, named by image",
        "POSIX.1-2001; GNU tar manual, Tar Internals; OCI Image Format Specification (https://github.com/opencontainers/image-spec)")
    {
        Limits = "extended headers of 1 MiB, 250,000 pieces of a sparse map",
        Gaps = "volumes are not joined",
    };

    public void Read(ByteSource source, IMemberSink sink) => new TarWalk(source, sink, ImageArchive.HandOnLayers(source, sink)).Run();
}
