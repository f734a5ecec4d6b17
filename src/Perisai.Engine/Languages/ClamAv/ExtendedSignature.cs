using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>One line of an .ndb, .ndu or .sdb database: <c>Name:Target:Offset:Hex[:minimum level[:maximum level]]</c>.</summary>
internal static class ExtendedSignature
{
    private const string Kind = "ndb";

    /// <summary>Reads one line, trimmed and not a comment, and hands what it means to <paramref name="sink"/>.</summary>
    public static void Parse(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink) =>
        sink.AddUnsupported(Kind, line.ToString(), "not read yet", location);
}
