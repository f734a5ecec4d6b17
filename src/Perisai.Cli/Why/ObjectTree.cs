using System.Collections.Immutable;
using Perisai.Cli.Reports;
using Perisai.Engine;

namespace Perisai.Cli.Why;

/// <summary>Draws the containers and what is in them, a line an object.</summary>
internal sealed class ObjectTree(TextWriter output)
{
    /// <summary>A tree of more lines is not read by anyone; the objects with findings have been named above.</summary>
    private const int MaximumLines = 500;

    public void Write(MemberView view)
    {
        output.WriteLine();
        output.WriteLine("Contents");
        var marks = view.Findings.Where(finding => finding is not Malformation).ToLookup(finding => Key(finding.Path), Mark);
        var top = view.Objects[0].Path.Length;
        foreach (var known in view.Objects.Take(MaximumLines))
            Line(known.Path, top, $"{(known.IsView ? "view as " : "")}{Words.Id(known.Type)}, {Words.Size(known.Length)}", marks[Key(known.Path)]);
        if (view.Objects.Length > MaximumLines)
            output.WriteLine($"  and {Words.Number(view.Objects.Length - MaximumLines)} more");
        // What was not opened is no object; its place is below its container, which is in the list above.
        var listed = view.Objects.Select(known => Key(known.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var finding in view.Findings.OfType<NotScanned>().Where(finding => !listed.Contains(Key(finding.Path))).Take(MaximumLines))
            Line(finding.Path, top, "not opened", [Mark(finding)]);
    }

    private static string Key(ImmutableArray<string> path) => string.Join('\0', path);

    private static string Mark(Finding finding) => finding switch
    {
        Detection detection => $"detected {PrintableText.Of(detection.Name)}",
        Suspicion suspicion => $"suspicious {suspicion.Name}",
        Observation observation => observation.Name,
        NotScanned notScanned => $"not scanned: {Words.Of(notScanned.Reason)}",
        _ => "",
    };

    private void Line(ImmutableArray<string> path, int top, string what, IEnumerable<string> marks)
    {
        var indent = new string(' ', 2 * Math.Max(1, path.Length - top + 1));
        var mark = string.Join("; ", marks.Distinct());
        output.WriteLine($"{indent}{PrintableText.Of(path[^1])}  ({what}){(mark.Length > 0 ? $"  <- {mark}" : "")}");
    }
}
