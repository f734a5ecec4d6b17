namespace Perisai.Engine.Definitions.Ir;

/// <summary>Where a definition stands in its source, so that every detection can name it.</summary>
/// <param name="File">The source's file name, with the container's before it: <c>daily.cvd/daily.ndb</c>.</param>
/// <param name="Line">One-based line.</param>
/// <param name="Column">One-based column in characters; 0 where it does not matter.</param>
internal readonly record struct SourceLocation(string File, int Line, int Column = 0)
{
    public override string ToString() => Column > 0 ? $"{File}:{Line}:{Column}" : $"{File}:{Line}";
}
