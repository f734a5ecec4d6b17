using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Keeps what a parser hands over.</summary>
internal sealed class DefinitionList : IDefinitionSink
{
    public List<AuxiliaryDefinition> Auxiliary { get; } = [];

    public List<Definition> Definitions { get; } = [];

    public List<Diagnostic> Diagnostics { get; } = [];

    public List<string> Unsupported { get; } = [];

    public void Add(AuxiliaryDefinition definition) => Auxiliary.Add(definition);

    public void Add(Definition definition) => Definitions.Add(definition);

    public void Add(in HashDefinition definition, ReadOnlySpan<byte> digest) => throw new InvalidOperationException("No digest is expected.");

    public void Retract(string name, string? lineDigest, SourceLocation location) => throw new InvalidOperationException("No retraction is expected.");

    public void AddUnsupported(string kind, string name, string reason, SourceLocation location) => Unsupported.Add(reason);

    public void AddDiagnostic(Diagnostic diagnostic) => Diagnostics.Add(diagnostic);
}
