using Perisai.Engine.Hashing;
using Perisai.Engine.Scanning;
using Perisai.Engine.Scanning.Links;

namespace Perisai.Engine;

/// <summary>
/// Scans objects with immutable <see cref="DefinitionSet"/>s. Cheap to make, one a thread: it owns the buffers of one scan.
/// </summary>
public sealed class Scanner : IDisposable
{
    /// <summary>Roots up to this size are read into memory at once: everything after works on one copy that cannot change.</summary>
    private const int WholeReadLength = 4 << 20;

    private ObjectScanner _objects;
    private TreeScanner _trees;
    private readonly MemberRules _rules;
    private readonly Lazy<LinkRules> _links;
    private readonly MemberDigester? _members;
    private readonly RootDigester? _roots;

    /// <summary>Makes a scanner.</summary>
    public Scanner(DefinitionSet definitions, ScanOptions? options = null)
    {
        Definitions = definitions;
        Options = options ?? ScanOptions.Default;
        _objects = new(Definitions, Options);
        _rules = new(Definitions);
        _links = new(() => new LinkRules(Definitions), isThreadSafe: false);
        if (Md5Lanes.IsSupported)
        {
            _members = new(Definitions, Options.Limits);
            _roots = new(Definitions, Options.Limits);
        }

        _trees = new(_objects, Options, _rules, _links, _members);
    }

    /// <summary>What is looked for.</summary>
    public DefinitionSet Definitions { get; }

    /// <summary>How.</summary>
    public ScanOptions Options { get; }

    /// <summary>Candidates of the matcher after each stage, since the scanner was made.</summary>
    internal (long Stage1, long Stage2, long Compared) MatcherCounters => _objects.Counters;

    /// <summary>Conditions of rules, and tests that rules share, that were run since the scanner was made.</summary>
    internal long RuleRuns => _objects.RuleRuns;

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
    /// Scans many roots. Faster than one call each where definitions ask for MD5 digests, for those are computed beside one another: some
    /// twenty roots are taken ahead of the one that is scanned, and the reports come as the digests are done, not in the order of the roots.
    /// </summary>
    /// <param name="items">The roots, taken as they are needed; not disposed. One is done with when its report has come.</param>
    /// <param name="cancellation">Ends the scan early: the root under scan, and those after it, report what was found so far.</param>
    /// <exception cref="SegmentException">The definitions turned out to be damaged.</exception>
    public IEnumerable<ScannedItem> ScanMany(IEnumerable<ScanItem> items, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        return ScanEach(items, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _objects.Dispose();
        _members?.Dispose();
        _roots?.Dispose();
    }

    private IEnumerable<ScannedItem> ScanEach(IEnumerable<ScanItem> items, CancellationToken cancellation)
    {
        var prepared = _roots?.Prepare(items, cancellation) ?? items.Select(item => new PreparedRoot(item));
        foreach (var root in prepared)
        {
            using (root)
                yield return new(root.Item, Scan(root.Source, root.Item.Name, root.Digests, cancellation));
        }
    }

    private ScanReport Scan(ByteSource source, string name, PreparedDigests? prepared, CancellationToken cancellation)
    {
        try
        {
            return ScanWholeOrInParts(source, name, prepared, cancellation);
        }
        catch (Exception exception) when (exception is not SegmentException)
        {
            // A mistake of ours, or a source that throws what it should not. What the scan left behind is not to be trusted.
            _objects.Dispose();
            _objects = new(Definitions, Options);
            _trees = new(_objects, Options, _rules, _links, _members);
            return FailedReport(name, source.Length, exception);
        }
    }

    private static ScanReport FailedReport(string name, long length, Exception exception) => new()
    {
        Name = name,
        Verdict = Verdict.NotScanned,
        Length = length,
        Findings =
        [
            new NotScanned
            {
                Path = [name],
                Length = length,
                Reason = NotScannedReason.ReaderFailed,
                Detail = $"{exception.GetType().Name}: {exception.Message}",
            },
        ],
    };

    private ScanReport ScanWholeOrInParts(ByteSource source, string name, PreparedDigests? prepared, CancellationToken cancellation)
    {
        using var root = new PreparedRoot(new(source, name));
        root.ReadWhole(WholeReadLength);
        return _trees.ScanRoot(root.Source, name, prepared, cancellation);
    }
}

/// <summary>A root to scan.</summary>
/// <param name="Source">Its bytes.</param>
/// <param name="Name">How the report names it.</param>
/// <param name="Tag">Whatever its caller knows it by.</param>
public readonly record struct ScanItem(ByteSource Source, string Name, object? Tag = null);

/// <summary>A root that was scanned.</summary>
/// <param name="Item">It.</param>
/// <param name="Report">What was found.</param>
public readonly record struct ScannedItem(ScanItem Item, ScanReport Report);
