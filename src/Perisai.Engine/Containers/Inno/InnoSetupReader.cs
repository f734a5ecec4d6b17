namespace Perisai.Engine.Containers.Inno;

/// <summary>
/// Reads the headers of an Inno Setup installer: the version, a block with texts, entries and the script, and a block that tells where files are. They lie in the
/// program (<see cref="InnoInstaller"/>), or in a file of their own beside volumes with the data (setup-0.bin).
/// </summary>
internal sealed class InnoSetupReader : IContainerReader
{
    public static readonly InnoSetupReader Instance = new();

    public string Name => "inno";

    public FormatDescription Description { get; } = new(
        "Inno Setup installer (exe, setup-0.bin)",
        "headers, and files by their places of installation: versions 5.0 to 6.4, stored, zlib, bzip2, LZMA, LZMA2, solid, with the filter for programs",
        "[Inno Setup's sources](https://github.com/jrsoftware/issrc) (Shared.Struct.pas), [innoextract](https://constexpr.org/innoextract/)'s notes")
    {
        Limits = "headers of 64 MiB",
        Gaps = "encrypted files and files in other volumes are reported; uninstallers and entries of other kinds are not taken apart; versions before 5.0 and from 6.5",
    };

    public void Read(ByteSource source, IMemberSink sink) => Read(source, 0, -1, sink);

    /// <param name="source">The installer.</param>
    /// <param name="headerOffset">Where the version stands.</param>
    /// <param name="dataOffset">Where places of chunks count from; -1 where the data are elsewhere.</param>
    /// <param name="sink">Where members go.</param>
    public static void Read(ByteSource source, long headerOffset, long dataOffset, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget, headerOffset);
        if (!reader.TryGetSpan(InnoVersion.Length, out var first) || InnoVersion.TryParse(first) is not { } version)
        {
            sink.AddLoss(InnoFaults.BadVersion, headerOffset);
            return;
        }

        if (InnoBlock.Read(reader, sink) is not { } header)
        {
            sink.AddNotScanned(new("setup-0"), NotScannedReason.Unsupported, $"inno: the headers of version {version}.");
            return;
        }

        using (var content = new MemoryStream(header))
        {
            if (header.Length > 0 && !sink.AddStream(new("setup-0"), content, -1))
                return;
        }

        var table = InnoBlock.Read(reader, sink);
        if (table is null || InnoLocation.Read(table, version.DigestLength) is not { } locations)
        {
            sink.AddLoss(InnoFaults.BadLocations, reader.Position);
            return;
        }

        var names = InnoNames.Find(header, version, locations.Count, sink.Budget);
        if (dataOffset >= 0)
            new InnoFiles(source, dataOffset, version, names, sink).HandOn(locations);
        else if (locations.Count > 0)
            sink.AddNotScanned(new("setup-1.bin"), NotScannedReason.MissingVolume, $"{locations.Count} files are in other volumes.");
    }
}
