using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Perisai.Engine.Definitions.Auxiliary;
using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Definitions.Segments;
using Perisai.Engine.Matching;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine;

/// <summary>
/// The definitions in use: an ordered set of segments, mapped into memory, immutable and shared by any number of scanners.
/// </summary>
public sealed class DefinitionSet : IDisposable
{
    private readonly ConcurrentDictionary<(SegmentView View, uint Data), ByteRegex> _regexes = new();

    /// <summary>By target: 1 where a definition by pattern is for it or for any, -1 where none is, 0 where nobody asked yet.</summary>
    private readonly sbyte[] _targets = new sbyte[PatternSetBuilder.TargetCount];

    private readonly Lazy<CertificateRules> _certificates;
    private readonly Lazy<Dictionary<(int View, string Name, ulong LineDigest), FileType>> _handlers;

    private DefinitionSet(ImmutableArray<SegmentView> views)
    {
        _certificates = new(() => new(this));
        _handlers = new(ReadHandlers);
        Views = views;
        Segments = [.. views.Select(Describe)];
        PatternViews = [.. Enumerable.Range(0, views.Length).Where(i => views[i].Patterns is not null)];
        Patterns = new([.. PatternViews.Select(i => views[i].Patterns!)]);
        Icons = new(views.SelectMany((view, index) => view.Auxiliary
            .Where(definition => definition.Kind == AuxiliaryKind.Icon && !IsRetracted(index, definition.Name, () => [definition.LineDigest]))));
    }

    /// <summary>What the segments are, in order.</summary>
    public ImmutableArray<SegmentInfo> Segments { get; }

    internal ImmutableArray<SegmentView> Views { get; }

    /// <summary>The patterns of all segments that have some; their numbers in <see cref="Views"/> are <see cref="PatternViews"/>.</summary>
    internal PatternSet Patterns { get; }

    internal ImmutableArray<int> PatternViews { get; }

    /// <summary>Rules about certificates of programs.</summary>
    internal CertificateRules Certificates => _certificates.Value;

    /// <summary>The icons that definitions ask for.</summary>
    internal IconList Icons { get; }

    /// <summary>Opens segments by memory mapping; nothing is parsed.</summary>
    /// <exception cref="SegmentException">A segment is damaged, truncated or of another version; the message says which and why.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public static DefinitionSet Open(params IEnumerable<string> paths) => Open(paths, null);

    /// <summary>As <see cref="Open(IEnumerable{string})"/>, with a segment in an open file behind the others; it is closed with the set, and on failure.</summary>
    internal static DefinitionSet Open(IEnumerable<string> paths, FileStream? last)
    {
        var files = new List<SegmentFile>();
        try
        {
            foreach (var path in paths)
                files.Add(SegmentFile.Open(path));
            if (last is not null)
                files.Add(SegmentFile.Open("(temporary)", last));
            return new([.. files.Select(file => new SegmentView(file))]);
        }
        catch
        {
            last?.Dispose();
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>Reads every byte of the segments and compares them with the sums in their headers.</summary>
    /// <exception cref="SegmentException">Something differs.</exception>
    public void Verify()
    {
        foreach (var view in Views)
            view.File.VerifyAll();
    }

    /// <summary>Whether a file begins as a segment does.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool IsSegment(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> start = stackalloc byte[8];
        return RandomAccess.Read(file, start, 0) == 8 && SegmentFile.HasMagic(start);
    }

    /// <summary>Names of all definitions: by pattern, YARA rules, by digest; with source and line.</summary>
    public IEnumerable<DefinitionInfo> List()
    {
        foreach (var view in Views)
        {
            for (var i = 0; i < view.Definitions.Length; i++)
            {
                var record = view.Definitions[i];
                yield return new(view.NameOf(record), view.SourceName(record.Source), (int)record.Line, false);
            }

            for (var i = 0; i < (view.Rules?.Rules.Length ?? 0); i++)
            {
                var record = view.Rules!.Rules[i];
                yield return new(view.Rules.Text(record.Name), view.SourceName(record.Source), (int)record.Line, false);
            }

            foreach (var definition in view.Auxiliary.Where(definition => definition.Kind != AuxiliaryKind.Handler))
                yield return new(definition.Name, definition.Location.File, definition.Location.Line, false);

            // Numbers are dense; those whose digest was retracted keep their name.
            for (uint number = 0; number < HashCount(view); number++)
            {
                var (source, line, _) = view.HashNames.PlaceOf(number);
                yield return new(view.HashNames.NameOf(number), view.SourceName(source), (int)line, true);
            }
        }
    }

    /// <summary>The YARA rules, in the order of segments and sources.</summary>
    public IEnumerable<RuleInfo> ListRules()
    {
        foreach (var view in Views)
        {
            for (var i = 0; i < (view.Rules?.Rules.Length ?? 0); i++)
            {
                var record = view.Rules!.Rules[i];
                var (tags, meta) = view.Rules.DetailsOf(record);
                yield return new(view.Rules.Text(record.Name), view.Rules.Text(record.Namespace), view.SourceName(record.Source), (int)record.Line)
                {
                    IsPrivate = record.Flags.HasFlag(RuleFlags.Private),
                    IsGlobal = record.Flags.HasFlag(RuleFlags.Global),
                    StringCount = (int)record.StringCount,
                    Tags = tags,
                    Meta = [.. meta.Select(item => KeyValuePair.Create(item.Name, item.Value))],
                };
            }
        }
    }

    /// <summary>The external variables that the YARA rules were compiled with; those that a scan fills itself have no value.</summary>
    public IEnumerable<KeyValuePair<string, object?>> ListVariables() =>
        Views.Where(view => view.Rules is not null).SelectMany(view => view.Rules!.Externals).Select(external => KeyValuePair.Create(external.Name, external.Value))
            .Distinct();

    /// <summary>The place of the first rule of a segment in <see cref="ListRules"/>.</summary>
    internal int FirstRuleOf(int view)
    {
        var first = 0;
        for (var i = 0; i < view; i++)
            first += Views[i].Rules?.Rules.Length ?? 0;
        return first;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Patterns.Dispose();
        foreach (var view in Views)
            view.File.Dispose();
    }

    /// <summary>Whether a definition by pattern is for objects of a target, or for all.</summary>
    internal bool HasDefinitionsFor(ObjectTarget target)
    {
        // Threads that ask at once find the same.
        ref var known = ref _targets[(int)target];
        if (known == 0)
            known = (sbyte)(Views.Any(view => HasDefinitionsFor(view, target)) ? 1 : -1);
        return known > 0;
    }

    private static bool HasDefinitionsFor(SegmentView view, ObjectTarget target)
    {
        foreach (ref readonly var record in view.Definitions)
        {
            if ((ObjectTarget)record.Target == ObjectTarget.Any || (ObjectTarget)record.Target == target)
                return true;
        }

        return false;
    }

    /// <summary>As what an object is looked at again in which a definition of the kind matches.</summary>
    internal FileType HandlerOf(int view, string name, ulong lineDigest) => _handlers.Value.GetValueOrDefault((view, name, lineDigest));

    private Dictionary<(int View, string Name, ulong LineDigest), FileType> ReadHandlers()
    {
        var handlers = new Dictionary<(int View, string Name, ulong LineDigest), FileType>();
        for (var view = 0; view < Views.Length; view++)
        {
            foreach (var definition in Views[view].Auxiliary.Where(definition => definition.Kind == AuxiliaryKind.Handler))
                handlers[(view, definition.Name, definition.LineDigest)] = (FileType)int.Parse(definition.Fields[0], CultureInfo.InvariantCulture);
        }

        return handlers;
    }

    /// <summary>A regular expression of a segment, compiled when it is first needed and then shared.</summary>
    internal ByteRegex Regex(SegmentView view, uint data, Func<ByteRegex> compile) => _regexes.GetOrAdd((view, data), _ => compile());

    /// <summary>Whether a later segment retracts a definition of segment <paramref name="view"/>.</summary>
    /// <param name="view">The definition's segment.</param>
    /// <param name="name">Its name.</param>
    /// <param name="lineDigests">
    /// Its line's digest, or those of the forms that its line may have had; asked only where a later segment retracts a line of the name.
    /// </param>
    internal bool IsRetracted(int view, string name, Func<IEnumerable<ulong>> lineDigests)
    {
        if (view == Views.Length - 1)
            return false;
        var hash = DefinitionCompiler.NameHash(name);
        for (var later = view + 1; later < Views.Length; later++)
        {
            if (Views[later].Retracts(hash) || (Views[later].RetractedLines(hash) is var lines && lines.Any() && lines.Intersect(lineDigests()).Any()))
                return true;
        }

        return false;
    }

    /// <summary>Whether it is counted among the definitions: passwords and exceptions are not.</summary>
    private static bool NamesThreat(AuxiliaryDefinition definition) => definition.Kind is AuxiliaryKind.Member or AuxiliaryKind.ProtectedLink or AuxiliaryKind.Icon;

    private static long HashCount(SegmentView view) => view.HashTables.Sum(table => table.Count);

    /// <summary>Digests of catalogues, which ClamAV does not count among what is known.</summary>
    private static long ExcusedPrograms(SegmentView view) =>
        view.HashTables.Where(table => table.Key.Scope == HashScope.Program).Sum(table => table.Count);

    private static SegmentInfo Describe(SegmentView view) => new(
        view.File.Path, view.File.Sha256, view.Definitions.Length + (view.Rules?.Rules.Length ?? 0) + view.Auxiliary.Count(NamesThreat), HashCount(view) - ExcusedPrograms(view), view.Tombstones.Length, view.File.Created, view.Sources)
    {
        Length = view.File.Length,
        Rules = view.Rules?.Rules.Length ?? 0,
    };
}

/// <summary>A YARA rule as a listing shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Source">The source it was compiled from.</param>
/// <param name="Line">Its line there.</param>
public sealed record RuleInfo(string Name, string Namespace, string Source, int Line)
{
    /// <summary>It is not reported itself.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>All rules of its namespace need it.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>How many strings it has.</summary>
    public int StringCount { get; init; }

    /// <summary>Its tags.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Its meta information: texts (one character a byte), integers and truth values.</summary>
    public ImmutableArray<KeyValuePair<string, object>> Meta { get; init; } = [];
}

/// <summary>What a segment holds.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Sha256">Its name by content, lower-case hex.</param>
/// <param name="Definitions">Definitions by pattern.</param>
/// <param name="Hashes">Definitions by digest.</param>
/// <param name="Tombstones">Retractions.</param>
/// <param name="Created">When it was compiled; the zero time in a reproducible build.</param>
/// <param name="Sources">The sources that it was compiled from.</param>
public sealed record SegmentInfo(
    string Path, string Sha256, int Definitions, long Hashes, int Tombstones, DateTimeOffset Created, ImmutableArray<string> Sources)
{
    /// <summary>Its length in bytes.</summary>
    public long Length { get; init; }

    /// <summary>YARA rules, which are among <see cref="Definitions"/> too.</summary>
    public int Rules { get; init; }
}

/// <summary>One definition as a listing shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">The source it was compiled from.</param>
/// <param name="Line">Its line there.</param>
/// <param name="IsHash">Whether it tells by digest.</param>
public readonly record struct DefinitionInfo(string Name, string Source, int Line, bool IsHash);

/// <summary>A segment cannot be used.</summary>
public sealed class SegmentException(string message) : Exception(message);
