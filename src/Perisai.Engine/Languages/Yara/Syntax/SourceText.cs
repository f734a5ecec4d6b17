using System.Text;

namespace Perisai.Engine.Languages.Yara.Syntax;

/// <summary>
/// One file of rules. Its text holds one character a byte (Latin-1), so that strings keep the bytes of the file whatever its encoding;
/// what a person is shown is decoded as UTF-8.
/// </summary>
internal sealed class SourceText
{
    /// <summary>
    /// Characters of a line that is shown. What is longer was made by a program; a file may be one line of 100 MB with a mistake in each of its rules.
    /// </summary>
    private const int LongestShownLine = 4096;

    private readonly List<int> _lineStarts = [0];

    /// <summary>A place in a long line whose column is known: mistakes come in the order of their places.</summary>
    private (int Offset, int Column) _known;

    public SourceText(string name, ReadOnlySpan<byte> bytes)
    {
        Name = name;
        // A byte order mark is no part of the rules.
        Text = Encoding.Latin1.GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
        for (var i = 0; i < Text.Length; i++)
        {
            if (Text[i] == '\n')
                _lineStarts.Add(i + 1);
        }
    }

    /// <summary>The file's name, as diagnostics show it.</summary>
    public string Name { get; }

    public string Text { get; }

    /// <summary>One-based line of an offset.</summary>
    public int LineOf(int offset)
    {
        var index = _lineStarts.BinarySearch(offset);
        return index >= 0 ? index + 1 : ~index;
    }

    /// <summary>One-based column of an offset, in characters as a person counts them.</summary>
    public int ColumnOf(int offset)
    {
        var start = _lineStarts[LineOf(offset) - 1];
        var end = Math.Min(offset, Text.Length);
        if (end - start <= LongestShownLine)
            return Decode(Text[start..end]).Length + 1;
        var (from, column) = _known.Offset > start && _known.Offset <= end ? _known : (start, 1);
        foreach (var one in Text.AsSpan(from..end))
            column += one is >= '\x80' and < '\xC0' ? 0 : one >= '\xF0' ? 2 : 1;
        _known = (end, column);
        return column;
    }

    /// <summary>A line without its end, for people; null where it is too long for them.</summary>
    public string? Line(int number)
    {
        var (start, end) = (_lineStarts[number - 1], EndOf(number));
        return end - start > LongestShownLine ? null : Decode(Text[start..end]);
    }

    /// <summary>The column behind the end of a line.</summary>
    public int EndColumnOf(int number) => ColumnOf(EndOf(number));

    private int EndOf(int number)
    {
        var end = number < _lineStarts.Count ? _lineStarts[number] - 1 : Text.Length;
        while (end > _lineStarts[number - 1] && Text[end - 1] is '\r' or '\n')
            end--;
        return end;
    }

    /// <summary>Bytes of the file as a person reads them.</summary>
    public static string Decode(string latin1) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin1));
}

/// <summary>A part of a source.</summary>
/// <param name="Source">The file.</param>
/// <param name="Start">First character.</param>
/// <param name="End">The one after the last.</param>
internal readonly record struct SourceSpan(SourceText Source, int Start, int End)
{
    public int Line => Source.LineOf(Start);

    /// <summary>From the start of this to the end of another.</summary>
    public SourceSpan To(SourceSpan last) => this with { End = last.End };
}
