namespace Perisai.Engine.Containers.Oci;

/// <summary>
/// The layers of container images in a tar archive (docker save, OCI image layout): they are handed on first, in their order and under the image's
/// name; the archive's other entries follow as those of any archive.
/// </summary>
internal static class ImageArchive
{
    private static readonly IReadOnlySet<long> _none = new HashSet<long>();

    /// <summary>Hands on the layers; returns where they lie in the archive.</summary>
    public static IReadOnlySet<long> HandOnLayers(ByteSource source, IMemberSink sink)
    {
        if (ImageEntries.TryRead(source, sink) is not { } entries)
            return _none;
        var done = new HashSet<long>();
        foreach (var layer in new ImageManifests(source, entries, sink).Read())
        {
            if (sink.ShouldStop)
                break;
            if (!entries.TryFind(layer.Entry, out var offset, out var length))
                sink.AddNotScanned(new Member(layer.Name), NotScannedReason.MissingVolume, "The layer is not in the archive.");
            else if (offset + length <= source.Length && done.Add(offset))
                sink.AddSlice(new Member(layer.Name) { DeclaredLength = length }, source, offset, length);
        }

        return done;
    }
}
