using System.Collections.Immutable;

namespace Perisai.Conformance.Yara.Generation;

/// <summary>Groups of rules: about strings alone, and about conditions.</summary>
internal sealed class GroupGenerator(Random random)
{
    private readonly StringGenerator _strings = new(random);

    /// <summary>One rule with one string that it asks for.</summary>
    public RuleGroup OfString(int number) =>
        new(number, [new($"g{number}_0", [], [_strings.Next("$a")], new(ConditionType.TruthValue, "$a", []))]);

    /// <summary>A few rules with strings, conditions and references.</summary>
    public RuleGroup OfConditions(int number)
    {
        var conditions = new ConditionGenerator(random, _strings);
        var rules = ImmutableArray.CreateBuilder<RuleDefinition>();
        var isGlobal = random.Next(8) == 0;
        for (var i = random.Next(3) == 0 ? random.Next(2, 4) : 1; i > 0; i--)
        {
            var identifiers = ImmutableArray.CreateRange(((string[])["a", "b", "s1", "s2", ""]).Take(random.Next(6)).OrderBy(_ => random.Next()));
            var condition = conditions.Next(identifiers, [.. rules.Select(rule => rule.Name)]);
            var modifiers = ImmutableArray.CreateBuilder<string>();
            if (isGlobal && random.Next(2) == 0)
                modifiers.Add("global");
            if (random.Next(6) == 0)
                modifiers.Add("private");
            rules.Add(new($"g{number}_{rules.Count}", modifiers.ToImmutable(), [.. Used(identifiers, condition).Select(Next)], condition));
        }

        return new(number, rules.ToImmutable());
    }

    private StringDefinition Next(string identifier)
    {
        // Short texts match often; what expressions are is compared elsewhere.
        var name = "$" + identifier;
        return random.Next(10) switch
        {
            < 6 => new TextDefinition(name, _strings.Word(random.Next(1, 3))) { Modifiers = random.Next(4) == 0 ? ["nocase"] : random.Next(6) == 0 ? ["private"] : [] },
            < 8 => new HexDefinition(name, new SequencePattern([new BytePattern((byte)'a'), new JumpPattern(random.Next(0, 3), random.Next(3, 6)), new BytePattern((byte)'b')])),
            _ => new RegexDefinition(name, new SequencePattern([new BytePattern((byte)'b'), new RepeatPattern(new ClassPattern("[ab1]", "ab1"), 1, null, random.Next(2) == 0, "+")]), ""),
        };
    }

    /// <summary>A string that a condition does not name is a mistake.</summary>
    private static IEnumerable<string> Used(ImmutableArray<string> identifiers, ConditionNode condition)
    {
        var text = condition.Write(forPeer: false);
        var isAll = text.Contains("them", StringComparison.Ordinal) || text.Contains("$*", StringComparison.Ordinal);
        return identifiers.Where(name => isAll
            ? name.Length > 0 || text.Contains("them", StringComparison.Ordinal) || text.Contains("$*", StringComparison.Ordinal)
            : name.Length > 0 && (Names(text, name) || (name[0] == 's' && text.Contains("$s*", StringComparison.Ordinal))));
    }

    private static bool Names(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at > 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            if ("$#@!".Contains(text[at - 1], StringComparison.Ordinal) && (at + name.Length == text.Length || !char.IsAsciiLetterOrDigit(text[at + name.Length])))
                return true;
        }

        return false;
    }
}
