namespace Perisai.Engine.Languages.Yara.Regex;

/// <summary>Leaves the parser of regular expressions; places are characters of the pattern.</summary>
internal sealed class RegexMistake(int start, int end, string message) : Exception(message)
{
    public int Start { get; } = start;

    public int End { get; } = end;
}
