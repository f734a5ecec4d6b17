using System.Buffers;
using Perisai.Engine.Hashing;
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
    private readonly BatchDigester? _digests;

    /// <summary>Makes a scanner.</summary>
    public Scanner(DefinitionSet definitions, ScanOptions? options = null)
    {
        Definitions = definitions;
        Options = options ?? ScanOptions.Default;
        _objects = new(Definitions, Options);
        _digests = Md5Lanes.IsSupported ? new(Definitions, Options.Limits) : null;
        _trees = new(_objects, Options, _digests);
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
        return Scan(source, name, null, cancellation);
    }

    /// <summary>
    /// Scans many roots, one after another, in order. Faster than one call each where definitions ask for MD5 digests: those are computed for
    /// eight roots at a time. Some hundred roots a call are a good number.
    /// </summary>
    /// <param name="items">The roots; not disposed.</param>
    /// <param name="cancellation">Ends the scan early: the root under scan reports what was found so far, and the rest are not scanned.</param>
    /// <exception cref="SegmentException">The definitions turned out to be damaged.</exception>
    public IEnumerable<ScanReport> ScanMany(IReadOnlyList<ScanItem> items, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        var prepared = _digests?.Prepare(items, cancellation);
        for (var i = 0; i < items.Count; i++)
            yield return Scan(items[i].Source, items[i].Name, prepared?[i], cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _objects.Dispose();
        _digests?.Dispose();
    }

    private ScanReport Scan(ByteSource source, string name, PreparedDigests? prepared, CancellationToken cancellation)
    {
        if (source.Length is 0 or > WholeReadLength || source.TryGetMemory(out _))
            return _trees.ScanRoot(source, name, prepared, cancellation);
        var length = (int)source.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            // A file that shrank, or cannot be read, is left to the general way, which reports it.
            return ReadsWhole(source, buffer.AsSpan(0, length))
                ? _trees.ScanRoot(new MemoryByteSource(buffer.AsMemory(0, length)), name, prepared, cancellation)
                : _trees.ScanRoot(source, name, prepared, cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool ReadsWhole(ByteSource source, Span<byte> buffer)
    {
        try
        {
            return source.Read(0, buffer) == buffer.Length;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

/// <summary>A root to scan.</summary>
/// <param name="Source">Its bytes.</param>
/// <param name="Name">How the report names it.</param>
public readonly record struct ScanItem(ByteSource Source, string Name);
