using Perisai.Engine;

namespace Perisai.Cli.Scanning;

/// <summary>
/// The accounts of a scan. Every entry of the walk is either scanned or not scanned for one reason, so that
/// <c>scanned + not scanned = found</c>; what lies inside containers is counted apart.
/// </summary>
internal sealed class ScanTotals : IResultSink
{
    private readonly long[] _notScanned = new long[Reasons.Count];
    private readonly long[] _partsNotScanned = new long[Reasons.Count];
    private readonly Dictionary<FileType, TypeTotals> _types = [];

    /// <summary>All reasons, in the order in which they are listed.</summary>
    public static IReadOnlyList<NotScannedReason> Reasons { get; } = Enum.GetValues<NotScannedReason>();

    /// <summary>Entries: all but the directories that could be listed.</summary>
    public long Found { get; private set; }

    /// <summary>Entries whose own bytes were looked at.</summary>
    public long Scanned { get; private set; }

    /// <summary>Entries in which a definition names something.</summary>
    public long Detected { get; private set; }

    /// <summary>Entries shaped like an attack in which nothing is detected.</summary>
    public long Suspicious { get; private set; }

    /// <summary>Scanned entries of which a part was not looked at: their end, or something inside.</summary>
    public long ScannedInPart { get; private set; }

    /// <summary>Objects looked at, those inside containers included.</summary>
    public long Objects { get; private set; }

    /// <summary>Bytes of the scanned entries.</summary>
    public long FileBytes { get; private set; }

    /// <summary>Bytes matched: what came out of containers too.</summary>
    public long ScannedBytes { get; private set; }

    /// <summary>Directories that were listed; set when the walk is at its end.</summary>
    public long Directories { get; set; }

    /// <summary>Entries asked for by name that could not be had.</summary>
    public long Errors { get; private set; }

    public TimeSpan Elapsed { get; set; }

    public long NotScanned => _notScanned.Sum();

    /// <summary>By type: entries, bytes and time.</summary>
    public IReadOnlyDictionary<FileType, TypeTotals> Types => _types;

    /// <summary>Entries and parts of entries that hold content which was not looked at: what <c>--strict</c> does not let pass.</summary>
    public long Incomplete => Reasons.Where(IsIncomplete).Sum(reason => CountOf(reason) + PartsOf(reason));

    public long CountOf(NotScannedReason reason) => _notScanned[(int)reason];

    /// <summary>Objects inside containers, and rests of files, that were not looked at.</summary>
    public long PartsOf(NotScannedReason reason) => _partsNotScanned[(int)reason];

    /// <summary>
    /// Whether a reason means that content was not looked at. A link's target is scanned where it lies, pipes and devices hold no content of
    /// their own, and an exclusion is the user's wish.
    /// </summary>
    public static bool IsIncomplete(NotScannedReason reason) =>
        reason is not (NotScannedReason.SymbolicLink or NotScannedReason.SpecialFile or NotScannedReason.Excluded);

    public void Add(ScanResult result)
    {
        var report = result.Report;
        Found++;
        Errors += result.IsError ? 1 : 0;
        Detected += report.Verdict == Verdict.Detected ? 1 : 0;
        Suspicious += report.Verdict == Verdict.Suspicious ? 1 : 0;
        if (result.NotScanned is { } whole)
        {
            _notScanned[(int)whole.Reason]++;
            return;
        }

        Scanned++;
        Objects += report.ObjectCount;
        FileBytes += report.Length;
        ScannedBytes += report.ScannedBytes;
        var isInPart = false;
        foreach (var finding in report.Findings)
        {
            if (finding is not Engine.NotScanned part)
                continue;
            _partsNotScanned[(int)part.Reason]++;
            isInPart = true;
        }

        ScannedInPart += isInPart ? 1 : 0;
        var type = _types.GetValueOrDefault(report.Type);
        _types[report.Type] = new(type.Files + 1, type.Bytes + report.Length, type.Time + report.Elapsed);
    }
}

/// <summary>What files of one type cost.</summary>
/// <param name="Files">How many.</param>
/// <param name="Bytes">Their lengths.</param>
/// <param name="Time">The time of the scanning threads.</param>
internal readonly record struct TypeTotals(long Files, long Bytes, TimeSpan Time);
