using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>One line of a .db database: <c>Name=Hex</c>.</summary>
internal static class LegacySignature
{
    private const string Kind = "db";

    /// <summary>Reads one line, trimmed and not a comment, and hands what it means to <paramref name="sink"/>.</summary>
    public static void Parse(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink) =>
        sink.AddUnsupported(Kind, line.ToString(), "not read yet", location);
}
