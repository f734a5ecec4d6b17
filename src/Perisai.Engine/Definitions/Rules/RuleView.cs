using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Perisai.Engine.Definitions.Segments;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Definitions.Rules;

/// <summary>The rules of a segment, read in place.</summary>
internal sealed class RuleView
{
    private readonly SegmentFile _file;
    private readonly Lazy<byte[]> _code;
    private readonly ConcurrentDictionary<int, IRuleRegex> _regexes = new();
    private readonly SegmentArray<RuleRecord> _rules;
    private readonly SegmentArray<RuleStringRecord> _strings;
    private readonly SegmentArray<RulePartRecord> _parts;
    private readonly SegmentArray<RuleCodeRange> _tests;
    private readonly SegmentArray<uint> _lists;
    private readonly SegmentArray<byte> _texts;

    private RuleView(SegmentFile file)
    {
        _file = file;
        new RuleSectionVerifier(file).Verify();
        _rules = file.Array<RuleRecord>(SectionKind.Rules);
        _strings = file.Array<RuleStringRecord>(SectionKind.RuleStrings);
        _parts = file.Array<RulePartRecord>(SectionKind.RuleParts);
        _tests = file.Array<RuleCodeRange>(SectionKind.RuleTests);
        _lists = file.Array<uint>(SectionKind.RuleLists);
        _texts = file.Array<byte>(SectionKind.RuleTexts);
        _code = new(() => _file.Section(SectionKind.RuleCode).ToArray());
        var names = file.Section<uint>(SectionKind.RuleNames).ToArray();
        var externals = (int)names[0];
        Externals = [.. Enumerable.Range(0, externals).Select(i => RuleExternal.Decode(Text(names[1 + (2 * i)]), Text(names[2 + (2 * i)])))];
        Modules = [.. names[(1 + (2 * externals))..].Select(Text)];
        MayHoldWithoutMatch = GroupByTest();
        Globals = [.. Enumerable.Range(0, Rules.Length).Where(i => Rules[i].Flags.HasFlag(RuleFlags.Global))];
    }

    /// <summary>The rules of a segment; null where it has none.</summary>
    /// <exception cref="SegmentException">They cannot be used.</exception>
    public static RuleView? Of(SegmentFile file) => file.Section(SectionKind.Rules).IsEmpty ? null : new(file);

    public ReadOnlySpan<RuleRecord> Rules => _rules.Span;

    public ReadOnlySpan<RuleStringRecord> Strings => _strings.Span;

    public ReadOnlySpan<RulePartRecord> Parts => _parts.Span;

    public ReadOnlySpan<RuleCodeRange> Tests => _tests.Span;

    public ReadOnlySpan<uint> Lists => _lists.Span;

    /// <summary>The external variables that the rules were compiled with.</summary>
    public ImmutableArray<RuleExternal> Externals { get; }

    /// <summary>Names of modules that rules import.</summary>
    public ImmutableArray<string> Modules { get; }

    /// <summary>
    /// Rules that must be looked at in every object, by their first test: where it fails, all of a group are done with. The test is -1 for rules
    /// without any.
    /// </summary>
    public ImmutableArray<(int Test, int[] Rules)> MayHoldWithoutMatch { get; }

    /// <summary>The global rules.</summary>
    public ImmutableArray<int> Globals { get; }

    /// <summary>All code: copied once, so that texts in it can be values.</summary>
    public byte[] Code => _code.Value;

    /// <summary>A text, one character a byte.</summary>
    public string Text(uint place) => Encoding.Latin1.GetString(RuleTexts.Read(_texts.Span, place));

    public (ImmutableArray<string> Tags, ImmutableArray<(string Name, object Value)> Meta) DetailsOf(in RuleRecord rule) =>
        RuleDetails.Decode(RuleTexts.Read(_texts.Span, rule.Details));

    /// <summary>The regular expression whose stored form lies at a place of the code; made when it is first needed and then shared.</summary>
    public IRuleRegex Regex(int position, int length) =>
        _regexes.TryGetValue(position, out var known) ? known : _regexes.GetOrAdd(position, YaraRegex.Load(Code.AsSpan(position, length)));

    private ImmutableArray<(int Test, int[] Rules)> GroupByTest()
    {
        var groups = new SortedDictionary<int, List<int>>();
        for (var i = 0; i < Rules.Length; i++)
        {
            ref readonly var rule = ref Rules[i];
            if (!rule.Flags.HasFlag(RuleFlags.MayHoldWithoutMatch))
                continue;
            var test = rule.TestCount == 0 ? -1 : (int)Lists[(int)rule.FirstTest];
            if (!groups.TryGetValue(test, out var rules))
                groups.Add(test, rules = []);
            rules.Add(i);
        }

        return [.. groups.Select(group => (group.Key, group.Value.ToArray()))];
    }
}
