using System.Buffers;
using System.Collections.Immutable;
using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Appended;
using Perisai.Engine.Containers.Pictures;
using System.Security.Cryptography;
using System.Text;
using Perisai.Engine.Definitions;
using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Hashes;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Formats;
using Perisai.Engine.Matching;
using Perisai.Engine.Scanning.Rules;

namespace Perisai.Engine.Scanning;

/// <summary>
/// Looks at one object's own bytes: one pass in which they are matched and hashed block by block, then digests, sections and conditions
/// are looked up. One a thread; knows nothing of what is inside the object.
/// </summary>
internal sealed class ObjectScanner : IDisposable
{
    /// <summary>Bytes between two steps. They fit the second-level cache, so that hashing leaves them there for matching.</summary>
    private const int BlockLength = 128 << 10;

    /// <summary>The least unit in which a memory can be read or not.</summary>
    private const long PageLength = 4096;

    private readonly DefinitionSet _definitions;
    private readonly ScanOptions _options;
    private readonly PatternMatcher _matcher;
    private readonly MatchCollector _collector;
    private readonly RuleEvaluator _rules;
    private readonly ObjectDigester _digester = new();
    private readonly ArchiveMarks _marks = new();
    private readonly byte[] _window;
    private readonly List<(int View, uint Definition, ImmutableArray<MatchRange> Ranges)> _matched = [];
    private readonly bool[] _wanted = new bool[3];
    private readonly List<uint> _numbers = [];
    private readonly List<(int View, int Rule)> _holding = [];
    private readonly List<RuleMatch> _failing = [];
    private readonly bool _hasSectionTables;
    private readonly bool _hasImportTables;
    private readonly bool _hasPictures;
    private Fault? _pictureFault;

    public ObjectScanner(DefinitionSet definitions, ScanOptions options)
    {
        _definitions = definitions;
        _options = options;
        _matcher = new(definitions.Patterns);
        _rules = new(definitions, options);
        _collector = new(definitions, _rules);
        _hasSectionTables = definitions.Views.Any(view => view.HashTables.Any(table => table.Key is { Scope: HashScope.PeSection, Allows: false }));
        _hasImportTables = definitions.Views.Any(view => view.HashTables.Any(table => table.Key is { Scope: HashScope.PeImports, Allows: false }));
        _hasPictures = options.HashPictures && definitions.Views.Any(view => !view.Pictures.IsEmpty);
        _window = new byte[definitions.Patterns.Before + definitions.Patterns.After + BlockLength + 64];
    }

    /// <summary>Candidates after each stage, for benchmarks and tests.</summary>
    public (long Stage1, long Stage2, long Compared) Counters => _matcher.Counters;

    /// <summary>Conditions of rules, and tests that rules share, that were run; for tests.</summary>
    public long RuleRuns => _rules.Runs;

    /// <summary>What could not be evaluated in the last object.</summary>
    public IEnumerable<Fault> Faults => _collector.Faults.Concat(_rules.Faults).Concat(_matcher.Overflowed
        ? [new("scan.too-many-partial-matches", -1, "parts of a pattern occur more often than are kept")] : [])
        .Concat(_pictureFault is { } fault ? [fault] : []);

    /// <summary>Rules that do not hold in the last object though strings of them match, where they are asked for.</summary>
    public IReadOnlyList<RuleMatch> FailingRules => _failing;

    /// <summary>Where archives may begin in the last object, if it was none itself.</summary>
    public ArchiveMarks Marks => _marks;

    /// <summary>
    /// Scans the object and appends its detections. False: some of its bytes could not be read or the budget ended; <paramref name="reached"/> is
    /// how far it came.
    /// </summary>
    public bool Scan(ObjectContext context, List<Detection> detections, out long reached)
    {
        Array.Clear(_wanted);
        foreach (var view in context.HasDigests ? _definitions.Views : [])
        {
            foreach (var table in view.HashTables)
            {
                if (table.Key is { Scope: HashScope.Object, Allows: false } && table.MayHaveSize(context.Length))
                    _wanted[(int)table.Key.Algorithm] = true;
            }
        }

        var prepared = context.Prepared?.Whole is { IsComplete: true } whole ? whole : null;
        if (prepared is not null)
            _wanted[(int)HashAlgorithmKind.Md5] = false;
        var target = (int)context.Target;
        _digester.Begin(_wanted);
        _marks.Begin(_options.OpenContainers && !context.IsView && ContainerDispatcher.MayHoldMarks(context.Type));
        _matcher.Begin(target);
        _collector.Begin(context);
        _rules.Begin(context);
        _failing.Clear();
        reached = Pass(context);
        if (_matcher.NeedsSecondPass)
        {
            _matcher.BeginSecondPass();
            reached = Math.Min(reached, Pass(context));
        }

        _matcher.End(_collector);
        if (context.Type == FileType.Pe && _options.CheckCertificates && _definitions.Certificates.HasBlocking)
            AddBlockedSigners(context, detections);
        if (prepared is not null)
            LookUp(prepared.Digest, HashAlgorithmKind.Md5, HashScope.Object, context, context.Length, [], detections);
        LookUpDigests(context, detections);
        if (context.Type == FileType.Pe)
        {
            LookUpSections(context, detections);
            LookUpImports(context, detections);
        }

        LookUpPicture(context);
        _matched.Clear();
        _collector.Evaluate(target, _matched);
        foreach (var (view, definition, ranges) in _matched)
        {
            if (detections.Count > 0 && !_options.AllMatches)
                break;
            var record = _definitions.Views[view].Definitions[(int)definition];
            var name = _definitions.Views[view].NameOf(record);
            var lineDigest = DefinitionCompiler.LineDigestOf(record);
            if (_definitions.IsRetracted(view, name, () => [lineDigest]))
                continue;
            // Views are texts, whose definitions ClamAV reports at once.
            if (((DefinitionFlags)record.Flags).HasFlag(DefinitionFlags.Retypes) && !context.IsRetyped && !context.IsView)
            {
                if (context.Handler == FileType.Unknown)
                    context.Handler = _definitions.HandlerOf(view, name, lineDigest);
                continue;
            }

            Add(detections, context, view, name, record.Source, record.Line, (DefinitionFlags)record.Flags, ranges);
        }

        if (!_rules.IsEmpty && !context.IsView && (detections.Count == 0 || _options.AllMatches))
            AddRules(context, detections);
        return reached >= context.Length;
    }

    /// <summary>Whether some definition could match a view of this type.</summary>
    public bool WantsView(FileType type) => _definitions.HasDefinitionsFor(ObjectTargets.For(type));

    public void Dispose()
    {
        _matcher.Dispose();
        _digester.Dispose();
    }

    private long Pass(ObjectContext context) =>
        context.Source.TryGetMemory(out var memory) ? ScanMemory(memory.Span, context)
            : context.Source.Ranges is { } ranges ? ScanRanges(ranges, context)
            : ScanWindows(context, 0, context.Length);

    /// <summary>Scans the stretches of a source with gaps. Pages of a stretch that cannot be read any more are gaps too.</summary>
    private long ScanRanges(IReadOnlyList<ByteRange> ranges, ObjectContext context)
    {
        foreach (var (start, length) in ranges)
        {
            for (var at = start; at < start + length;)
            {
                if (!_matcher.IsSecondPass)
                    _marks.GoOn(at);
                var reached = ScanWindows(context, at, start + length);
                if (context.Budget.Exhausted != BudgetLimit.None)
                    return reached;
                at = (reached & ~(PageLength - 1)) + PageLength;
            }
        }

        return context.Length;
    }

    /// <summary>What is done with bytes beside matching them, in the first pass.</summary>
    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_matcher.IsSecondPass)
            return;
        _digester.Append(bytes);
        _marks.Append(bytes);
    }

    private long ScanMemory(ReadOnlySpan<byte> bytes, ObjectContext context)
    {
        _matcher.TextStart = 0;
        for (var from = 0; from < bytes.Length; from += BlockLength)
        {
            var to = Math.Min(from + BlockLength, bytes.Length);
            Append(bytes[from..to]);
            _matcher.Scan(bytes, 0, from, to, endsObject: true, _collector);
            if (!context.Budget.ChargeRead(to - from))
                return to;
        }

        return bytes.Length;
    }

    /// <summary>
    /// Slides the window over a source that is not in memory. Anchors are looked for up to the reach of the longest piece before the
    /// window's end; what later anchors need before them is carried over.
    /// </summary>
    private long ScanWindows(ObjectContext context, long start, long end)
    {
        var patterns = _definitions.Patterns;
        long windowStart = start, scanFrom = start;
        var filled = 0;
        _matcher.TextStart = start;
        while (true)
        {
            var asked = (int)Math.Min(Math.Min(BlockLength, _window.Length - filled), end - windowStart - filled);
            var read = context.Source.Read(windowStart + filled, _window.AsSpan(filled, asked));
            Append(_window.AsSpan(filled, read));
            filled += read;
            var ended = read < asked || windowStart + filled >= end;
            var to = ended ? filled : filled - patterns.After;
            var from = (int)(scanFrom - windowStart);
            if (to > from)
            {
                _matcher.Scan(_window.AsSpan(0, filled), windowStart, from, to, ended, _collector);
                scanFrom = windowStart + to;
            }

            if (!context.Budget.ChargeRead(read) || ended)
                return windowStart + filled;
            var keep = (int)Math.Max(0, scanFrom - patterns.Before - windowStart);
            _window.AsSpan(keep, filled - keep).CopyTo(_window);
            windowStart += keep;
            filled -= keep;
        }
    }

    private void LookUpDigests(ObjectContext context, List<Detection> detections)
    {
        for (var algorithm = 0; algorithm < _wanted.Length; algorithm++)
        {
            if (_wanted[algorithm])
                LookUp(_digester.Finish(algorithm), (HashAlgorithmKind)algorithm, HashScope.Object, context, context.Length, [], detections);
        }
    }

    private void LookUpPicture(ObjectContext context)
    {
        _pictureFault = null;
        if (_hasPictures && PictureDecoder.Decodes(context.Type) && PictureDecoder.Hash(context.Type, context.Source, context.Budget, out _pictureFault) is { } hash)
            _collector.OnPicture(hash);
    }

    private void LookUpSections(ObjectContext context, List<Detection> detections)
    {
        if (!_hasSectionTables || context.Facts is not { } facts)
            return;
        for (var number = 0; number < facts.HashedSections.Length; number++)
        {
            var section = facts.HashedSections[number];
            ImmutableArray<MatchRange> range = [new(0, section.RawOffset, section.RawLength)];
            var prepared = context.Prepared?.Section(number) is { IsComplete: true } job ? job : null;
            if (prepared is not null)
                LookUp(prepared.Digest, HashAlgorithmKind.Md5, HashScope.PeSection, context, section.RawLength, range, detections);
            Array.Clear(_wanted);
            foreach (var view in _definitions.Views)
            {
                foreach (var table in view.HashTables)
                {
                    if (table.Key is { Scope: HashScope.PeSection, Allows: false } && section.RawLength > 0 && table.MayHaveSize(section.RawLength))
                        _wanted[(int)table.Key.Algorithm] = true;
                }
            }

            if (prepared is not null)
                _wanted[(int)HashAlgorithmKind.Md5] = false;
            if (!_wanted.Contains(true))
                continue;
            DigestRange(context, section.RawOffset, section.RawLength);
            for (var algorithm = 0; algorithm < _wanted.Length; algorithm++)
            {
                if (_wanted[algorithm])
                {
                    LookUp(
                        _digester.Finish(algorithm), (HashAlgorithmKind)algorithm, HashScope.PeSection, context, section.RawLength, range, detections);
                }
            }
        }
    }

    /// <summary>
    /// Looks up the digest of the import list; the size that goes with it is the list's length as text. PE32 only: ClamAV is done with a PE32+
    /// before it comes to imports.
    /// </summary>
    private void LookUpImports(ObjectContext context, List<Detection> detections)
    {
        if (!_hasImportTables
            || ExecutableReader.Read(context.Type, new BoundedReader(context.Source, context.Budget), ExecutableDetails.Imports)
                is not { Is64Bit: false, ImportHashText: { } text })
            return;
        var bytes = Encoding.Latin1.GetBytes(text);
        LookUp(MD5.HashData(bytes), HashAlgorithmKind.Md5, HashScope.PeImports, context, bytes.Length, [], detections);
        LookUp(SHA1.HashData(bytes), HashAlgorithmKind.Sha1, HashScope.PeImports, context, bytes.Length, [], detections);
        LookUp(SHA256.HashData(bytes), HashAlgorithmKind.Sha256, HashScope.PeImports, context, bytes.Length, [], detections);
    }

    /// <summary>Rules that block a certificate in the signature of a program.</summary>
    private void AddBlockedSigners(ObjectContext context, List<Detection> detections)
    {
        foreach (var rule in context.Signature?.FindBlocking(_definitions.Certificates.All) ?? [])
        {
            if (detections.Count > 0 && !_options.AllMatches)
                return;
            var (view, definition) = _definitions.Certificates.SourceOf(rule);
            // Trust in another of the certificates does not outweigh it; a digest of the file does.
            if (AllowList.Allows(_definitions, context, checksCertificates: false))
                return;
            detections.Add(new()
            {
                Path = context.Path,
                Type = context.Type,
                Length = context.Length,
                Name = definition.Name,
                Source = definition.Location.File,
                Line = definition.Location.Line,
                Segment = _definitions.Views[view].File.Sha256,
                IsFromSignedSource = definition.Flags.HasFlag(DefinitionFlags.SignedSource),
                Digests = _options.DescribeRules ? new("", "", "") : context.Digests,
            });
        }
    }

    private void DigestRange(ObjectContext context, long offset, long length)
    {
        _digester.Begin(_wanted);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockLength);
        var end = offset + length;
        while (offset < end)
        {
            var count = context.Source.Read(offset, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - offset)));
            if (count == 0 || !context.Budget.ChargeRead(count))
                break;
            _digester.Append(buffer.AsSpan(0, count));
            offset += count;
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void LookUp(
        ReadOnlySpan<byte> digest, HashAlgorithmKind algorithm, HashScope scope, ObjectContext context, long size,
        ImmutableArray<MatchRange> ranges, List<Detection> detections)
    {
        for (var view = 0; view < _definitions.Views.Length; view++)
        {
            foreach (var table in _definitions.Views[view].HashTables)
            {
                if (table.Key != new HashTableKey(algorithm, scope, false))
                    continue;
                _numbers.Clear();
                table.Find(digest, size, _numbers);
                foreach (var number in _numbers)
                    AddDigest(digest, scope, size, view, number, context, ranges, detections);
            }
        }
    }

    private void AddDigest(
        ReadOnlySpan<byte> digest, HashScope scope, long size, int view, uint number, ObjectContext context, ImmutableArray<MatchRange> ranges,
        List<Detection> detections)
    {
        if (detections.Count > 0 && !_options.AllMatches)
            return;
        var names = _definitions.Views[view].HashNames;
        var (source, line, flags) = names.PlaceOf(number);
        var name = names.NameOf(number);
        var bytes = digest.ToArray();
        if (!_definitions.IsRetracted(view, name, () => DigestLines.Md5Of(bytes, scope, size, name).Select(Definition.ShortenLineDigest)))
            Add(detections, context, view, name, source, line, flags, ranges);
    }

    private void AddRules(ObjectContext context, List<Detection> detections)
    {
        _holding.Clear();
        _rules.Evaluate(_holding);
        foreach (var (index, rule) in _holding)
        {
            if (detections.Count > 0 && !_options.AllMatches)
                break;
            var view = _definitions.Views[index].Rules!;
            var record = view.Rules[rule];
            var name = view.Text(record.Name);
            // Rules are told from one another by number while they are compiled, so that an ignore list of their own build is heeded here.
            if (_definitions.IsRetracted(index, name, static () => []) || _definitions.Views[index].Retracts(DefinitionCompiler.NameHash(name)))
                continue;
            PartMatches MatchesOf(int text) => _rules.Matches(index, text);
            var ranges = RuleDescriber.Ranges(view, rule, MatchesOf, MatchCollector.MaximumRanges);
            var match = _options.DescribeRules ? Describe(index, rule, context) : null;
            Add(detections, context, index, name, record.Source, record.Line, DefinitionFlags.None, ranges, match);
        }

        if (_options.DescribeFailingRules)
            _failing.AddRange(_rules.Failing().Select(rule => Describe(rule.View, rule.Rule, context)));
    }

    private RuleMatch Describe(int index, int rule, ObjectContext context)
    {
        var match = RuleDescriber.Describe(
            _definitions.Views[index].Rules!, rule, text => _rules.Matches(index, text), context.Source, _options.FirstMatchOnly);
        return match with { Number = _definitions.FirstRuleOf(index) + rule };
    }

    /// <summary>What a definition says that names a member of a container by what that says of it; null where the container is allowed.</summary>
    public Detection? DetectionOf(int view, AuxiliaryDefinition definition, in Definitions.Auxiliary.MemberFacts facts, ObjectContext container) =>
        AllowList.Allows(_definitions, container, _options.CheckCertificates)
            ? null
            : new()
            {
                Path = container.Path.Add(facts.Name),
                Length = facts.Length,
                Name = definition.Name,
                Source = definition.Location.File,
                Line = definition.Location.Line,
                Segment = _definitions.Views[view].File.Sha256,
                IsFromSignedSource = definition.Flags.HasFlag(DefinitionFlags.SignedSource),
                IsPotentiallyUnwanted = definition.Flags.HasFlag(DefinitionFlags.PotentiallyUnwanted),
            };

    private void Add(
        List<Detection> detections, ObjectContext context, int view, string name, ushort source, uint line, DefinitionFlags flags,
        ImmutableArray<MatchRange> ranges, RuleMatch? rule = null)
    {
        var unwanted = flags.HasFlag(DefinitionFlags.PotentiallyUnwanted);
        if ((unwanted && !_options.TakesUnwanted(name)) || AllowList.Allows(_definitions, context, _options.CheckCertificates))
            return;
        detections.Add(new()
        {
            Path = context.Path,
            Type = context.Type,
            Length = context.Length,
            Name = name,
            Source = _definitions.Views[view].SourceName(source),
            Line = (int)line,
            Segment = _definitions.Views[view].File.Sha256,
            IsFromSignedSource = flags.HasFlag(DefinitionFlags.SignedSource),
            IsPotentiallyUnwanted = unwanted,
            Matches = ranges,
            Excerpts = _options.ExcerptContext > 0 ? MatchExcerpt.Take(context.Source, ranges, _options.ExcerptContext) : [],
            Digests = _options.DescribeRules ? new("", "", "") : context.Digests,
            Rule = rule,
        });
    }
}
