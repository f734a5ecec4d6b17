using System.Text;

namespace Perisai.Engine.Languages.Yara.Syntax;

/// <summary>
/// One file of rules. Its text holds one character a byte (Latin-1), so that strings keep the bytes of the file whatever its encoding;
/// what a person is shown is decoded as UTF-8.
/// </summary>
internal sealed class SourceText
{
    private readonly List<int> _lineStarts = [0];

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
        return Decode(Text[start..Math.Min(offset, Text.Length)]).Length + 1;
    }

    /// <summary>A line without its end, for people.</summary>
    public string Line(int number)
    {
        var start = _lineStarts[number - 1];
        var end = number < _lineStarts.Count ? _lineStarts[number] : Text.Length;
        return Decode(Text[start..end].TrimEnd('\r', '\n'));
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
