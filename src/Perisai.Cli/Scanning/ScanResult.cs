using Perisai.Cli.Walking;
using Perisai.Engine;
using Perisai.Linux;

namespace Perisai.Cli.Scanning;

/// <summary>What came of one entry of the walk.</summary>
/// <param name="Path">Where it lies. The first name of the findings' paths is only the last name of this one.</param>
/// <param name="Report">What was found; for what was not opened, one finding that says why.</param>
internal sealed record ScanResult(FilePath Path, ScanReport Report)
{
    /// <summary>Something asked for by name could not be had.</summary>
    public bool IsError { get; init; }

    /// <summary>What rules printed while it was scanned, one character a byte; where somebody keeps that.</summary>
    public IReadOnlyList<string> Printed { get; init; } = [];

    /// <summary>See <see cref="WalkEntry.Status"/>.</summary>
    public FileStatus? Status { get; init; }

    /// <summary>See <see cref="WalkEntry.Kind"/>.</summary>
    public FileKind Kind { get; init; }

    /// <summary>See <see cref="WalkEntry.IsTooDeep"/>.</summary>
    public bool IsTooDeep { get; init; }

    /// <summary>Left out by our own choice; see <see cref="WalkEntry.IsOurChoice"/>.</summary>
    public bool IsOurChoice { get; init; }

    /// <summary>Why the entry as a whole was not scanned; null where its own bytes were looked at, if only in part.</summary>
    public NotScanned? NotScanned
    {
        get
        {
            foreach (var finding in Report.Findings)
            {
                if (finding is NotScanned { IsPartial: false, Path.Length: 1 } whole)
                    return whole;
            }

            return null;
        }
    }

    /// <summary>The result of an entry that is not scanned.</summary>
    public static ScanResult Of(WalkEntry entry, NotScannedReason reason, string detail) => new(entry.Path, new()
    {
        Name = entry.Path.Name,
        Verdict = Verdict.NotScanned,
        Length = entry.Length,
        Findings = [new NotScanned { Path = [entry.Path.Name], Length = entry.Length, Reason = reason, Detail = detail }],
    })
    {
        IsError = entry.IsError,
        IsOurChoice = entry.IsOurChoice,
        IsTooDeep = entry.IsTooDeep,
        Kind = entry.Kind,
    };
}
