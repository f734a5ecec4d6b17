using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Languages.Yara.Binding;

internal sealed partial class ConditionCompiler
{
    private Bound EmitStringMatch(StringMatchNode match)
    {
        long? offset = null;
        if (match.At is { } at)
            offset = EmitInteger(at, "an offset").Integer;
        else if (match.In is { } range)
            EmitRange(range);
        _code.Write(match.At is not null ? RuleOpcode.StringMatchesAt : match.In is not null ? RuleOpcode.StringMatchesIn : RuleOpcode.StringMatches);
        EmitString(match.Name, match.Span, needsPlaces: match.At is not null || match.In is not null, offset);
        return new(RuleValueKind.Boolean);
    }

    private Bound EmitStringCount(StringCountNode count)
    {
        if (count.In is { } range)
            EmitRange(range);
        _code.Write(count.In is null ? RuleOpcode.StringCount : RuleOpcode.StringCountIn);
        EmitString(count.Name, count.Span, needsPlaces: true);
        return new(RuleValueKind.Integer);
    }

    private Bound EmitStringPlace(RuleOpcode opcode, string name, ExpressionNode? index, SourceSpan span)
    {
        if (index is null)
            EmitConstant(1);
        else
            EmitInteger(index, "the number of a match");
        _code.Write(opcode);
        EmitString(name, span, needsPlaces: true);
        return new(RuleValueKind.Integer);
    }

    private void EmitRange(RangeNode range)
    {
        var first = EmitInteger(range.First, "the bound of a range").Integer;
        var last = EmitInteger(range.Last, "the bound of a range").Integer;
        if (first < 0)
            throw new YaraBindingException("yara.range", range.First.Span, "a range begins at 0 or later");
        if (first > last)
            throw new YaraBindingException("yara.range", range.Span, $"this range is empty: {first} is above {last}");
    }

    /// <summary>The operand that names a string: of the rule, or of the loop around.</summary>
    private void EmitString(string name, SourceSpan span, bool needsPlaces, long? offset = null)
    {
        if (name.Length == 0)
        {
            if (_stringLoops.Count == 0)
                throw new YaraBindingException("yara.misplaced-string", span, "a string without a name has a meaning only inside a loop: for any of them : ( $ )");
            // It may stand for any string of the rule.
            if (needsPlaces)
                MarkUsed(Enumerable.Range(0, rule.Strings.Length), uses: 0, needsPlaces: true);
            _code.Number(0);
            _code.Number(_stringLoops.Peek());
            return;
        }

        var index = IndexOf(name);
        if (index < 0)
        {
            var names = rule.Strings.Where(text => text.Name.Length > 0).Select(text => text.Name);
            throw new YaraBindingException("yara.undefined-string", span, $"the rule has no string ${name}", Suggest(name, names, "$"));
        }

        MarkUsed([index], uses: 1, needsPlaces, offset);
        _code.Number(index + 1);
    }

    private void MarkUsed(IEnumerable<int> strings, int uses, bool needsPlaces, long? offset = null)
    {
        foreach (var index in strings)
        {
            var before = _usedStrings[index];
            _usedStrings[index] = new(before.Count + uses, before.NeedsPlaces || needsPlaces, offset);
        }
    }

    private int IndexOf(string name) => _stringNumbers.GetValueOrDefault(name, -1);

    /// <summary>The strings of a set, in its order; one that is named twice counts twice.</summary>
    private int[] StringsOf(StringSetNode set)
    {
        var chosen = new List<int>();
        if (set.IsThem)
            chosen.AddRange(Enumerable.Range(0, rule.Strings.Length));
        foreach (var item in set.Items)
        {
            int[] matching = item.IsWildcard
                ? [.. Enumerable.Range(0, rule.Strings.Length).Where(i => rule.Strings[i].Name.StartsWith(item.Name, StringComparison.Ordinal))]
                : IndexOf(item.Name) is >= 0 and var index ? [index] : [];
            if (matching.Length == 0)
                throw new YaraBindingException("yara.undefined-string", item.Span, $"the rule has no string ${item.Name}{(item.IsWildcard ? "*" : "")}");
            chosen.AddRange(matching);
        }

        if (chosen.Count == 0)
            throw new YaraBindingException("yara.undefined-string", set.Span, "the rule has no strings");
        MarkUsed(chosen, uses: 1, needsPlaces: false);
        return [.. chosen];
    }

    private Bound EmitOf(OfNode of)
    {
        var members = of.Set.IsRules ? RulesOf(of.Set) : StringsOf(of.Set);
        var quantifier = EmitQuantifier(of.Quantifier, members.Length);
        if (of.At is { } at)
            EmitInteger(at, "an offset", of);
        else if (of.In is { } range)
            EmitRange(range);
        WarnOf(of, members.Length, quantifier);
        _code.Write(of.Set.IsRules ? RuleOpcode.OfRules : RuleOpcode.OfStrings);
        _code.Byte((int)of.Quantifier.Kind);
        if (!of.Set.IsRules)
            _code.Byte(of.At is not null ? 1 : of.In is not null ? 2 : 0);
        EmitMembers(members);
        return new(RuleValueKind.Boolean);
    }

    private void EmitInteger(ExpressionNode node, string what, OfNode of)
    {
        if (EmitInteger(node, what).Integer < 0)
            throw new YaraBindingException("yara.range", of.At!.Span, "an offset is 0 or more");
    }

    private void EmitMembers(int[] members)
    {
        _code.Number(members.Length);
        foreach (var member in members)
            _code.Number(member);
    }

    private void WarnOf(OfNode of, int members, long? quantifier)
    {
        var wantsSeveral = (of.Quantifier.Kind == QuantifierKind.All && members > 1) || (of.Quantifier.Kind == QuantifierKind.Number && quantifier > 1);
        if (of.At is not null && wantsSeveral)
            Warn("yara.several-at-one-offset", of.Span, "several strings seldom stand at one offset: this is usually false");
    }

    /// <summary>Writes the value of a quantifier where it has one; the constant, where it is one.</summary>
    private long? EmitQuantifier(Quantifier quantifier, int? members)
    {
        if (quantifier.Value is not { } node)
            return null;
        var bound = Emit(node);
        if (bound.Kind != RuleValueKind.Integer)
            throw new YaraBindingException("yara.quantifier", node.Span, $"how many is an integer, all, any or none; this is {bound.Shown}");
        if (bound.Integer < 0)
            throw new YaraBindingException("yara.quantifier", node.Span, "how many is not less than 0");
        if (quantifier.Kind == QuantifierKind.Percentage && bound.Integer is < 1 or > 100)
            throw new YaraBindingException("yara.percentage", node.Span, "a percentage is 1 to 100");
        if (quantifier.Kind == QuantifierKind.Number && bound.Integer == 0)
            Warn("yara.zero-quantifier", node.Span, "0 of means none of", "none");
        if (quantifier.Kind == QuantifierKind.Number && bound.Integer > members)
            Warn("yara.always-false", node.Span, $"this is never true: {bound.Integer} are asked for, and there are {members}");
        return bound.Integer;
    }
}
