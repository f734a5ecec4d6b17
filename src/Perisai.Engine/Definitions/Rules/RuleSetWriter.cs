using System.Runtime.InteropServices;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Definitions.Segments;

namespace Perisai.Engine.Definitions.Rules;

/// <summary>Lays out the rules of a build for its segment.</summary>
internal sealed class RuleSetWriter
{
    private readonly List<RuleRecord> _rules = [];
    private readonly List<RuleStringRecord> _strings = [];
    private readonly List<RulePartRecord> _parts = [];
    private readonly List<RuleCodeRange> _tests = [];
    private readonly Dictionary<string, uint> _testNumbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, uint> _namespaces = new(StringComparer.Ordinal);
    private readonly MemoryStream _code = new();
    private readonly RuleTexts _texts = new();
    private readonly List<List<uint>> _testLists = [];
    private readonly List<SortedSet<uint>> _dependents = [];

    public int Count => _rules.Count;

    /// <summary>Adds a rule. <paramref name="addSearch"/> takes each search of each part, under the part's number.</summary>
    public void Add(RuleDefinition rule, ushort source, Action<uint, RuleSearch> addSearch)
    {
        var number = (uint)_rules.Count;
        if (!_namespaces.TryGetValue(rule.Namespace, out var space))
            _namespaces.Add(rule.Namespace, space = (uint)_namespaces.Count);
        _rules.Add(new()
        {
            Name = _texts.Add(rule.Name),
            Namespace = _texts.Add(rule.Namespace),
            NamespaceNumber = space,
            Details = _texts.Add(RuleDetails.Encode(rule.Tags, rule.Meta)),
            Line = (uint)rule.Location.Line,
            Source = source,
            Flags = (rule.IsGlobal ? RuleFlags.Global : 0) | (rule.IsPrivate ? RuleFlags.Private : 0)
                | (rule.MayHoldWithoutMatch ? RuleFlags.MayHoldWithoutMatch : 0),
            FirstString = (uint)_strings.Count,
            StringCount = (uint)rule.Strings.Length,
            Code = (uint)_code.Length,
            CodeLength = (uint)rule.Code.Length,
        });
        _code.Write(rule.Code);
        _testLists.Add([.. rule.Tests.Select(TestNumber)]);
        _dependents.Add([]);
        foreach (var needed in rule.DependsOn)
            _dependents[needed].Add(number);
        foreach (var text in rule.Strings)
            Add(text, number, addSearch);
    }

    /// <summary>Writes the sections, with the names that the code refers to by number.</summary>
    public void Write(SegmentWriter writer, IReadOnlyList<RuleExternal> externals, RuleNames modules)
    {
        if (_rules.Count == 0)
            return;
        var lists = new List<uint>();
        for (var i = 0; i < _rules.Count; i++)
        {
            var rule = _rules[i];
            rule.FirstTest = (uint)lists.Count;
            rule.TestCount = (uint)_testLists[i].Count;
            lists.AddRange(_testLists[i]);
            rule.FirstDependent = (uint)lists.Count;
            rule.DependentCount = (uint)_dependents[i].Count;
            lists.AddRange(_dependents[i]);
            _rules[i] = rule;
        }

        uint[] names = [(uint)externals.Count, .. externals.SelectMany(external => new[] { _texts.Add(external.Name), _texts.Add(external.EncodeValue()) }), .. modules.Names.Select(_texts.Add)];
        writer.Add<RuleRecord>(SectionKind.Rules, 0, CollectionsMarshal.AsSpan(_rules));
        writer.Add<RuleStringRecord>(SectionKind.RuleStrings, 0, CollectionsMarshal.AsSpan(_strings));
        writer.Add<RulePartRecord>(SectionKind.RuleParts, 0, CollectionsMarshal.AsSpan(_parts));
        writer.Add<RuleCodeRange>(SectionKind.RuleTests, 0, CollectionsMarshal.AsSpan(_tests));
        writer.Add<uint>(SectionKind.RuleLists, 0, CollectionsMarshal.AsSpan(lists));
        writer.Add<uint>(SectionKind.RuleNames, 0, names);
        writer.Add<byte>(SectionKind.RuleCode, 0, _code.GetBuffer().AsSpan(0, (int)_code.Length));
        writer.Add<byte>(SectionKind.RuleTexts, 0, _texts.Bytes);
    }

    private uint TestNumber(byte[] code)
    {
        var key = Convert.ToBase64String(code);
        if (!_testNumbers.TryGetValue(key, out var number))
        {
            number = (uint)_tests.Count;
            _testNumbers.Add(key, number);
            _tests.Add(new() { Start = (uint)_code.Length, Length = (uint)code.Length });
            _code.Write(code);
        }

        return number;
    }

    private void Add(RuleString text, uint rule, Action<uint, RuleSearch> addSearch)
    {
        var number = (uint)_strings.Count;
        _strings.Add(new()
        {
            Identifier = _texts.Add(text.Identifier),
            Rule = rule,
            FirstPart = (uint)_parts.Count,
            PartCount = checked((ushort)text.Parts.Length),
            Flags = (text.IsPrivate ? RuleStringFlags.Private : 0) | (text.KeepsLongest ? RuleStringFlags.KeepsLongest : 0)
                | (text.IsHex ? RuleStringFlags.Hex : 0) | (text.XorFirstByte is null ? 0 : RuleStringFlags.Xor)
                | (text.IsOnlyAskedWhether ? RuleStringFlags.OnlyAskedWhether : 0),
            XorFirstByte = text.XorFirstByte ?? 0,
            OnlyOffset = text.OnlyOffset ?? -1,
        });
        for (var i = 0; i < text.Parts.Length; i++)
        {
            var part = (uint)_parts.Count;
            _parts.Add(new() { String = number, LinkMinimum = text.Parts[i].LinkMinimum, LinkMaximum = text.Parts[i].LinkMaximum, Index = (uint)i });
            foreach (var search in text.Parts[i].Searches)
                addSearch(part, search);
        }
    }
}
