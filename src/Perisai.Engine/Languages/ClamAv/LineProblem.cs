using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// Why a line is not loaded: it is malformed (ClamAV refuses the whole database for it), or it is well-formed and asks for something that
/// is not supported. The default value is no problem.
/// </summary>
/// <param name="Id">The diagnostic's id; null where the line is well-formed.</param>
/// <param name="Column">Zero-based, in the line.</param>
/// <param name="Text">What is wrong and what to do, or the reason.</param>
internal readonly record struct LineProblem(string? Id, int Column, string Text)
{
    public bool IsSet => Text is not null;

    public static LineProblem Malformed(string id, int column, string text) => new(id, column, text);

    public static LineProblem Unsupported(string reason) => new(null, 0, reason);

    /// <summary>Hands the problem to the sink.</summary>
    public void Report(IDefinitionSink sink, ReadOnlySpan<char> name, SourceLocation location)
    {
        if (Id is null)
            sink.AddUnsupported(Path.GetExtension(location.File).TrimStart('.'), SignatureName.Decode(name), Text, location);
        else
            sink.AddDiagnostic(Diagnostic.At(location with { Column = Column + 1 }, Id, Text));
    }
}
