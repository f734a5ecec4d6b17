using System.Buffers;
using Perisai.Engine.Scanning;

namespace Perisai.Engine;

/// <summary>
/// Scans objects with immutable <see cref="DefinitionSet"/>s. Cheap to make, one a thread: it owns the buffers of one scan.
/// </summary>
public sealed class Scanner : IDisposable
{
    /// <summary>Roots up to this size are read into memory at once: everything after works on one copy that cannot change.</summary>
    private const int WholeReadLength = 4 << 20;

    private readonly ObjectScanner _objects;
    private readonly TreeScanner _trees;

    /// <summary>Makes a scanner.</summary>
    public Scanner(DefinitionSet definitions, ScanOptions? options = null)
    {
        Definitions = definitions;
        Options = options ?? ScanOptions.Default;
        _objects = new(Definitions, Options);
        _trees = new(_objects, Options);
    }

    /// <summary>What is looked for.</summary>
    public DefinitionSet Definitions { get; }

    /// <summary>How.</summary>
    public ScanOptions Options { get; }

    /// <summary>Candidates of the matcher after each stage, since the scanner was made.</summary>
    internal (long Stage1, long Stage2, long Compared) MatcherCounters => _objects.Counters;

    /// <summary>Scans one root object and everything inside it. Never throws for content.</summary>
    /// <param name="source">The bytes; not disposed.</param>
    /// <param name="name">How the report names it.</param>
    /// <param name="cancellation">Ends the scan early; the report then holds what was found so far.</param>
    /// <exception cref="SegmentException">The definitions turned out to be damaged.</exception>
    public ScanReport Scan(ByteSource source, string name, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(name);
        if (source.Length is 0 or > WholeReadLength || source.TryGetMemory(out _))
            return _trees.ScanRoot(source, name, cancellation);
        var length = (int)source.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var count = source.Read(0, buffer.AsSpan(0, length));
            // A file that shrank is left to the general way, which reports it.
            return count < length
                ? _trees.ScanRoot(source, name, cancellation)
                : _trees.ScanRoot(new MemoryByteSource(buffer.AsMemory(0, length)), name, cancellation);
        }
        catch (IOException)
        {
            return _trees.ScanRoot(source, name, cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _objects.Dispose();
}
