using System.Collections.Immutable;
using Perisai.Cli.Reports;
using Perisai.Engine;

namespace Perisai.Cli.Why;

/// <summary>Writes for a person what was found in a file and why.</summary>
internal sealed class Explanation(TextWriter output, ImmutableArray<SegmentInfo> segments)
{
    public void Write(MemberView view)
    {
        output.WriteLine(Verdict(view));
        if (view.Objects is [var first, ..])
            WriteObject(view, first.Path, first.Type, first.Length, first.Digests);
        // One object after the other, and its detections under it.
        foreach (var group in view.Findings.OfType<Detection>().GroupBy(detection => string.Join('\0', detection.Path)))
        {
            var detection = group.First();
            if (view.Objects is not [var top, ..] || !top.Path.SequenceEqual(detection.Path))
                WriteObject(view, detection.Path, detection.Type, detection.Length, detection.Digests);
            foreach (var each in group)
                WriteDetection(each);
        }

        WriteList(view, "Suspicious", view.Findings.OfType<Suspicion>(), suspicion => $"{suspicion.Name}: {suspicion.Detail}");
        WriteList(view, "Not scanned", view.Findings.OfType<NotScanned>(), Words.Of);
        WriteList(view, "Observed", view.Findings.OfType<Observation>(), observation => $"{observation.Name}: {PrintableText.Of(observation.Detail)}");
        WriteList(view, "Malformed", view.Findings.OfType<Malformation>(), malformation => malformation.Fault.ToString());
        if (view.Objects.Length > 1)
            new ObjectTree(output).Write(view);
    }

    private static string Verdict(MemberView view)
    {
        var detected = view.Findings.OfType<Detection>().Select(detection => string.Join('\0', detection.Path)).Distinct().Count();
        if (detected > 0)
            return $"Detected in {Words.Count(detected, "object", "objects")} of {Words.Number(view.Objects.Count(known => !known.IsView))}.";
        if (view.Findings.Any(finding => finding is Suspicion))
            return "Suspicious: nothing names a threat, but its form is that of an attack on scanners.";
        return view.Findings.Any(finding => finding is NotScanned)
            ? "Nothing is detected in what could be looked at; not everything could be."
            : "Nothing is detected.";
    }

    private void WriteObject(MemberView view, ImmutableArray<string> path, FileType type, long length, ObjectDigests digests)
    {
        output.WriteLine();
        output.WriteLine(PathOf(view, path));
        Field("type", Words.Id(type));
        Field("length", $"{Words.Number(length)} bytes");
        Field("MD5", digests.Md5);
        Field("SHA-1", digests.Sha1);
        Field("SHA-256", digests.Sha256);
    }

    private void WriteDetection(Detection detection)
    {
        output.WriteLine();
        output.WriteLine($"  {PrintableText.Of(detection.Name)}{(detection.IsPotentiallyUnwanted ? " (potentially unwanted)" : "")}");
        Field("definition", detection.Line > 0 ? $"{PrintableText.Of(detection.Source)}, line {detection.Line}" : PrintableText.Of(detection.Source));
        Field("segment", $"{detection.Segment} ({PathOfSegment(detection.Segment)})");
        Field("signed", detection.IsFromSignedSource ? "yes: the source's digital signature was checked when it was compiled" : "no");
        if (detection.Matches.IsEmpty)
            Field("matches", "the digest of the whole object");
        foreach (var match in detection.Matches)
        {
            Field("matches", $"part {match.Subpattern}: {Words.Count(match.Length, "byte", "bytes")} at offset {match.Offset} (0x{match.Offset:x})");
            if (detection.Excerpts.FirstOrDefault(excerpt => excerpt.Match == match) is { } excerpt)
                HexView.Write(output, excerpt);
        }
    }

    private void WriteList<T>(MemberView view, string title, IEnumerable<T> findings, Func<T, string> describe)
        where T : Finding
    {
        var isFirst = true;
        foreach (var finding in findings)
        {
            if (isFirst)
                output.WriteLine($"\n{title}");
            isFirst = false;
            output.WriteLine($"  {PathOf(view, finding.Path)}: {PrintableText.Of(describe(finding))}");
        }
    }

    private void Field(string name, string value) => output.WriteLine($"    {name,-11} {value}");

    private string PathOfSegment(string sha256) =>
        segments.FirstOrDefault(segment => segment.Sha256 == sha256) is { Path.Length: > 0 } segment ? PrintableText.Of(segment.Path) : "compiled for this scan";

    private static string PathOf(MemberView view, ImmutableArray<string> path) =>
        string.Join(" > ", path.Skip(1).Prepend(view.Scan.Path.ToString()).Select(PrintableText.Of));
}
