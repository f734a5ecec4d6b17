using System.Text;
using Perisai.Engine;

namespace Perisai.Cli.Why;

/// <summary>Bytes as sixteen a line with their offset; a line of carets marks those that matched.</summary>
internal static class HexView
{
    private const int BytesPerLine = 16;

    public static void Write(TextWriter output, MatchExcerpt excerpt)
    {
        var end = excerpt.Start + excerpt.Bytes.Length;
        for (var line = excerpt.Start / BytesPerLine * BytesPerLine; line < end; line += BytesPerLine)
        {
            var hex = new StringBuilder();
            var text = new StringBuilder();
            var marks = new StringBuilder();
            for (var at = line; at < line + BytesPerLine; at++)
            {
                if (at == line + (BytesPerLine / 2))
                {
                    hex.Append(' ');
                    marks.Append(' ');
                }

                if (at < excerpt.Start || at >= end)
                {
                    hex.Append("   ");
                    text.Append(' ');
                    marks.Append("   ");
                    continue;
                }

                var value = excerpt.Bytes[(int)(at - excerpt.Start)];
                var isMatch = at >= excerpt.Match.Offset && at < excerpt.Match.Offset + excerpt.Match.Length;
                hex.Append($"{value:x2} ");
                text.Append(value is >= 0x20 and < 0x7F ? (char)value : '.');
                marks.Append(isMatch ? "^^ " : "   ");
            }

            output.WriteLine($"      {line:x8}  {hex} |{text}|");
            var marked = marks.ToString().TrimEnd();
            if (marked.Length > 0)
                output.WriteLine($"                {marked}");
        }

        if (excerpt.Match.Offset + excerpt.Match.Length > end)
            output.WriteLine($"      … and {excerpt.Match.Offset + excerpt.Match.Length - end} bytes more of this match");
    }
}
