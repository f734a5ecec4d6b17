using Perisai.Engine.Formats.Identification;

namespace Perisai.Engine.Containers.InstallShield;

/// <summary>
/// Reads the files that lie behind InstallShield's setup programs: in the clear, behind lines of text (cabinets by InstallShield), or compressed
/// and combined with their names (Windows Installer packages).
/// </summary>
internal sealed class SetupReader : IContainerReader
{
    public static readonly SetupReader Instance = new();

    private const int MaxFiles = 10_000;

    public string Name => "ishield";

    public FormatDescription Description { get; } = new(
        "InstallShield setup program's files", "files in the clear, their InstallShield cabinets as a set; files of Windows Installer setups, compressed and scrambled",
        "found on setup programs; unshield's notes on cabinets")
    {
        Limits = "10,000 files",
        Gaps = "ISSetupStream of newer programs is reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TryPeekSpan((int)Math.Min(4096, source.Length), out var head))
            return;
        var at = InstallerMarks.FindInstallShieldStream(head, out var isNew);
        if (isNew)
            sink.AddNotScanned(new Member("setup"), NotScannedReason.Unsupported, "ishield: a stream of a newer setup program.");
        else if (at >= 0)
            new ScrambledFiles(source, sink).Run(at);
        else
            ReadPlain(reader, sink);
    }

    private static void ReadPlain(BoundedReader reader, IMemberSink sink)
    {
        var cabinets = new List<SetupEntry>();
        for (var files = 0; !sink.ShouldStop; files++)
        {
            var at = reader.Position;
            if (files == MaxFiles || !SetupEntry.TryRead(reader, out var entry))
            {
                // So little may be what is left of an entry's texts.
                if (files == MaxFiles || reader.Remaining is > 0 and < 1024)
                    sink.AddLoss(InstallShieldFaults.BadEntry, at);
                TrailingData.Add(reader.Source, sink, at, InstallShieldFaults.TrailingData);
                break;
            }

            if (entry.Length > reader.Length - entry.Offset)
            {
                sink.AddLoss(InstallShieldFaults.Truncated, at, entry.Path);
                entry = entry with { Length = reader.Length - entry.Offset };
            }

            reader.Position = entry.Offset;
            if (reader.TryPeekSpan(4, out var mark) && mark.StartsWith("ISc("u8))
                cabinets.Add(entry);
            else if (!sink.AddSlice(new Member(entry.Path) { DeclaredLength = entry.Length }, reader.Source, entry.Offset, entry.Length))
                return;
            reader.Position = entry.End;
        }

        // A set's header, and the cabinets that hold its files, are files of their own.
        foreach (var header in cabinets)
        {
            if (sink.ShouldStop)
                return;
            var name = SetName(header.Path);
            var volumes = cabinets.Where(cabinet => SetName(cabinet.Path) == name)
                .ToDictionary(cabinet => VolumeNumber(cabinet.Path), cabinet => (ByteSource)new SliceByteSource(reader.Source, cabinet.Offset, cabinet.Length));
            using var slice = new SliceByteSource(reader.Source, header.Offset, header.Length);
            InstallShieldCabinet.TryRead(slice, volumes, sink);
        }
    }

    /// <summary>data1.hdr, data1.cab and data2.cab are of the set data.</summary>
    private static string SetName(string path)
    {
        var dot = path.LastIndexOf('.');
        return (dot < 0 ? path : path[..dot]).TrimEnd(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']).ToUpperInvariant();
    }

    /// <summary>A header has none, which is told by a negative one.</summary>
    private static int VolumeNumber(string path)
    {
        var dot = path.LastIndexOf('.');
        if (dot < 0 || !path.EndsWith(".cab", StringComparison.OrdinalIgnoreCase))
            return ~path.GetHashCode(StringComparison.Ordinal) | int.MinValue;
        var digits = dot;
        while (digits > 0 && char.IsAsciiDigit(path[digits - 1]))
            digits--;
        return int.TryParse(path.AsSpan(digits, dot - digits), out var number) ? number : 1;
    }
}
