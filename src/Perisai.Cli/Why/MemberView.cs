using System.Collections.Immutable;
using Perisai.Cli.Commands;
using Perisai.Cli.Reports;
using Perisai.Cli.Scanning;
using Perisai.Engine;

namespace Perisai.Cli.Why;

/// <summary>The part of a scan that lies at or below one object.</summary>
/// <param name="Scan">The scan of the whole file.</param>
/// <param name="Objects">The objects, containers before what is in them.</param>
/// <param name="Findings">The findings in them.</param>
internal sealed record MemberView(ScanResult Scan, ImmutableArray<ScannedObject> Objects, ImmutableArray<Finding> Findings)
{
    /// <exception cref="UsageException">There is no such object; the message lists those there are.</exception>
    public static MemberView Of(ScanResult scan, IReadOnlyList<string> members)
    {
        var view = new MemberView(
            scan,
            [.. scan.Report.Objects.Where(known => LiesIn(known.Path, members))],
            [.. scan.Report.Findings.Where(finding => LiesIn(finding.Path, members))]);
        if (view.Objects.Length > 0 || view.Findings.Length > 0)
            return view;

        // Up to where the names lead, what could come next.
        var depth = members.Count;
        while (depth > 0 && !scan.Report.Objects.Any(known => LiesIn(known.Path, members.Take(depth).ToList())))
            depth--;
        var there = scan.Report.Objects.Where(known => known.Path.Length == depth + 2 && LiesIn(known.Path, members.Take(depth).ToList()))
            .Select(known => PrintableText.Of(known.Path[^1])).Take(20).ToList();
        var place = depth == 0 ? PrintableText.Of(scan.Path.ToString()) : PrintableText.Of(members[depth - 1]);
        throw new UsageException(there.Count > 0
            ? $"there is no {PrintableText.Of(members[depth])} in {place}. It holds: {string.Join(", ", there)}"
            : $"there is no {PrintableText.Of(members[depth])} in {place}, which holds nothing that was looked at.");
    }

    private static bool LiesIn(ImmutableArray<string> path, IReadOnlyList<string> members) =>
        path.Length > members.Count && path.Skip(1).Take(members.Count).SequenceEqual(members);
}
