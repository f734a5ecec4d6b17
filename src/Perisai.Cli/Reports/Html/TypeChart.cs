using System.Globalization;
using Perisai.Cli.Scanning;
using Perisai.Engine;

namespace Perisai.Cli.Reports.Html;

/// <summary>Bars of bytes and time by file type, drawn in SVG: the widest of each measure is the scale of that measure.</summary>
internal static class TypeChart
{
    private const int MaximumTypes = 12;
    private const int Width = 360, RowHeight = 34, LabelWidth = 84, ValueWidth = 74;

    public static void Write(HtmlPage page, ScanTotals totals)
    {
        var rows = totals.Types.OrderByDescending(type => type.Value.Time).ThenBy(type => type.Key).ToList();
        if (rows.Count == 0)
            return;
        page.Element("h2", "Bytes and time by type");
        page.Markup("<p class=\"soft\">Upper bar: bytes of the files. Lower bar: time of the scanning threads.</p>\n");
        if (rows.Count > MaximumTypes)
        {
            var rest = rows.Skip(MaximumTypes - 1).Select(row => row.Value).Aggregate((a, b) => new(a.Files + b.Files, a.Bytes + b.Bytes, a.Time + b.Time));
            rows = [.. rows.Take(MaximumTypes - 1)];
            Draw(page, [.. rows.Select(Named), ("all others", rest)]);
        }
        else
        {
            Draw(page, [.. rows.Select(Named)]);
        }
    }

    private static (string, TypeTotals) Named(KeyValuePair<FileType, TypeTotals> row) => (Words.Id(row.Key), row.Value);

    private static void Draw(HtmlPage page, IReadOnlyList<(string Name, TypeTotals Totals)> rows)
    {
        var mostBytes = Math.Max(1, rows.Max(row => row.Totals.Bytes));
        var mostTime = Math.Max(1, rows.Max(row => row.Totals.Time.Ticks));
        page.Markup($"<svg viewBox=\"0 0 {Width} {rows.Count * RowHeight}\" role=\"img\" aria-label=\"Bytes and time by file type\">\n");
        for (var i = 0; i < rows.Count; i++)
        {
            var (name, totals) = rows[i];
            var top = i * RowHeight;
            page.Markup($"<text x=\"0\" y=\"{top + 13}\">").Text(name).Markup("</text>");
            page.Markup($"<text class=\"soft\" x=\"0\" y=\"{top + 27}\">").Text(Words.Count(totals.Files, "file", "files")).Markup("</text>\n");
            Bar(page, top + 3, (double)totals.Bytes / mostBytes, "var(--bar)", Words.Size(totals.Bytes));
            Bar(page, top + 17, (double)totals.Time.Ticks / mostTime, "var(--bar2)", Words.Duration(totals.Time));
        }

        page.Markup("</svg>\n");
    }

    private static void Bar(HtmlPage page, int top, double part, string colour, string value)
    {
        var length = Math.Max(1, part * (Width - LabelWidth - ValueWidth));
        page.Markup(string.Create(
            CultureInfo.InvariantCulture,
            $"<rect x=\"{LabelWidth}\" y=\"{top}\" width=\"{length:0.#}\" height=\"11\" rx=\"2\" style=\"fill:{colour}\"/>"));
        page.Markup(string.Create(CultureInfo.InvariantCulture, $"<text class=\"soft\" x=\"{LabelWidth + length + 5:0.#}\" y=\"{top + 10}\">"))
            .Text(value).Markup("</text>\n");
    }
}
