namespace Perisai.Engine.Definitions.Ir;

/// <summary>What a language front end writes to: the compiler, or a test.</summary>
internal interface IDefinitionSink
{
    void Add(Definition definition);

    /// <summary>Adds one digest; its length must fit the algorithm. The span is copied.</summary>
    void Add(in HashDefinition definition, ReadOnlySpan<byte> digest);

    /// <summary>Adds what is neither a pattern nor a digest.</summary>
    void Add(AuxiliaryDefinition definition);

    /// <summary>
    /// Retracts a definition by name, in this build and, as a tombstone, in the segments before it.
    /// <paramref name="lineDigest"/> (MD5 of the database line, lower-case hex) narrows it to one line; null retracts every one of the name.
    /// </summary>
    void Retract(string name, string? lineDigest, SourceLocation location);

    /// <summary>Counts a line that is understood but not supported; it will be listed by reason.</summary>
    void AddUnsupported(string kind, string name, string reason, SourceLocation location);

    /// <summary>An error in a source.</summary>
    void AddDiagnostic(Diagnostic diagnostic);
}
