using System.Collections.Immutable;
using static Perisai.Conformance.Yara.Generation.ConditionType;

namespace Perisai.Conformance.Yara.Generation;

/// <summary>Random conditions over the strings of a rule and the rules before it.</summary>
internal sealed class ConditionGenerator(Random random, StringGenerator strings)
{
    /// <summary>External variables that every rule may name, as they are given to yara's <c>-d</c>.</summary>
    public static readonly (string Name, string Text, object Value)[] Externals =
        [("ext_i", "7", 7L), ("ext_n", "-3", -3L), ("ext_f", "2.5", 2.5), ("ext_t", "true", true), ("ext_u", "false", false), ("ext_s", "abXY_1 ab", "abXY_1 ab")];

    private ImmutableArray<string> _strings = [];
    private ImmutableArray<string> _rules = [];
    private ImmutableArray<string> _variables = [];
    private bool _hasAnonymous;
    private bool _isInStrings;
    private int _loops;

    /// <param name="identifiers">Of the strings, without the dollar sign; empty for an anonymous one.</param>
    /// <param name="rules">Names of rules that stand before.</param>
    public ConditionNode Next(ImmutableArray<string> identifiers, ImmutableArray<string> rules)
    {
        (_strings, _rules, _variables, _hasAnonymous) = (identifiers.Remove(""), rules, [], identifiers.Contains(""));
        return Truth(random.Next(2, 5));
    }

    private bool Chance(int percent) => random.Next(100) < percent;

    private static ConditionNode Leaf(ConditionType type, string text) => new(type, text, []);

    private string Pick(ImmutableArray<string> names) => names[random.Next(names.Length)];

    private ConditionNode Truth(int depth)
    {
        if (depth <= 0)
        {
            return random.Next(8) switch
            {
                0 => Leaf(TruthValue, Chance(50) ? "true" : "false"),
                1 when !_rules.IsEmpty => Leaf(TruthValue, Pick(_rules)),
                2 => Leaf(TruthValue, Chance(50) ? "ext_t" : "ext_u"),
                3 when _isInStrings => Leaf(TruthValue, "$"),
                < 5 when !_strings.IsEmpty => Leaf(TruthValue, "$" + Pick(_strings)),
                _ => new(TruthValue, "{0} " + Comparison() + " {1}", [Integer(0), Integer(0)]),
            };
        }

        switch (random.Next(20))
        {
            case 0:
                return new(TruthValue, "not ({0})", [Truth(depth - 1)]);
            case 1 or 2:
                return new(TruthValue, "({0} and {1})", [Truth(depth - 1), Truth(depth - 1)]);
            case 3 or 4:
                return new(TruthValue, "({0} or {1})", [Truth(depth - 1), Truth(depth - 1)]);
            case 5:
                return new(TruthValue, "defined ({0})", [Any(depth - 1)]);
            case 6 or 7:
                return Compared(depth - 1);
            case 8:
                return TextTest(depth - 1);
            case 9 when !_strings.IsEmpty:
                return At(depth - 1);
            case 10 when !_strings.IsEmpty:
                return new(TruthValue, String("$") + " in ({0}..{1})", Range(depth - 1));
            case 11 or 12 when !_strings.IsEmpty:
                return OfStrings(depth - 1);
            case 13 when !_rules.IsEmpty:
                return OfRules(depth - 1);
            case 14 when !_strings.IsEmpty && _loops < 3 && !_isInStrings:
                return ForStrings(depth - 1);
            case 15 or 16 when _loops < 3:
                return ForIntegers(depth - 1);
            case 17 when Chance(50) && _loops == 0:
                return Integer(depth - 1);
            case 18 when Chance(50):
                return new(TruthValue, "({0} == {1})", [Text(depth - 1), Text(depth - 1)]);
            default:
                return Truth(depth - 1);
        }
    }

    private string Comparison() => ((string[])["==", "!=", "<", "<=", ">", ">="])[random.Next(6)];

    private ConditionNode Any(int depth) => random.Next(4) switch { 0 => Truth(depth), 1 => Float(depth), 2 => Text(depth), _ => Integer(depth) };

    private ConditionNode Compared(int depth)
    {
        if (Chance(75))
            return new(TruthValue, "({0} " + Comparison() + " {1})", [Integer(depth), Integer(depth)]);

        // Less is the one comparison in which yara takes what is undefined for false, where floats are compared.
        var comparison = ((string[])["==", "!=", ">", "<=", ">="])[random.Next(5)];
        return Chance(50)
            ? new(TruthValue, "({0} " + comparison + " {1})", [Float(depth), Integer(depth)])
            : new(TruthValue, "({0} " + comparison + " {1})", [Integer(depth), Float(depth)]);
    }

    /// <summary>A string, or within a loop over strings the one of the loop.</summary>
    private string String(string sign) => _isInStrings && Chance(60) ? sign : sign + Pick(_strings);

    private ConditionNode Offset(int depth) => Chance(60) ? Leaf(IntegerValue, $"{random.Next(0, 60)}") : Integer(depth);

    private ConditionNode TextTest(int depth)
    {
        if (Chance(15))
            return ForTexts(depth);
        if (Chance(30))
            return new(TruthValue, "({0} matches {1})", [Text(depth, atLeast: 1), Leaf(TextValue, strings.Expression())]);
        var operation = ((string[])["contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "iequals", "==", "!=", "<", ">=", "<=", ">"])[random.Next(13)];
        return new(TruthValue, "({0} " + operation + " {1})", [Text(depth), Text(depth)]);
    }

    /// <summary>A loop over texts, which came with 4.3; before, its body is asked for each of them.</summary>
    private ConditionNode ForTexts(int depth)
    {
        var operation = ((string[])["contains", "icontains", "startswith", "endswith", "iequals", "=="])[random.Next(6)];
        var (quantifier, join) = random.Next(3) switch { 0 => ("all", "and"), 1 => ("none", "or"), _ => ("any", "or") };
        var negation = quantifier == "none" ? "not " : "";
        return new(TruthValue, $"for {quantifier} s in ({{0}}, {{1}}) : (s {operation} {{2}})", [Text(0), Text(0), Text(depth)])
        {
            PeerFormat = $"{negation}(({{0}} {operation} {{2}}) {join} ({{1}} {operation} {{2}}))",
        };
    }

    private ConditionNode Text(int depth, int atLeast = 0)
    {
        if (depth > 0 && Chance(10))
            return Leaf(TextValue, "ext_s");
        var word = string.Concat(strings.Word(random.Next(atLeast, 5)).Select(value => value is >= 0x20 and < 0x7F and not ((byte)'"' or (byte)'\\') ? ((char)value).ToString() : "\\t"));
        return Leaf(TextValue, Chance(20) ? "ext_s" : $"\"{word}\"");
    }

    private ConditionNode Float(int depth)
    {
        if (depth <= 0 || Chance(40))
            return Leaf(FloatValue, Chance(30) ? "ext_f" : ((string[])["0.0", "1.5", "2.0", "0.25", "100.75", "0.1", "0.2", "0.3"])[random.Next(8)]);
        var operation = ((string[])["+", "-", "*", "\\"])[random.Next(4)];
        return random.Next(3) switch
        {
            0 => new(FloatValue, "({0} " + operation + " {1})", [Float(depth - 1), Integer(depth - 1)]),
            1 => new(FloatValue, "({0} " + operation + " {1})", [Integer(depth - 1), Float(depth - 1)]),
            _ => new(FloatValue, "-({0})", [Float(depth - 1)]),
        };
    }

    private ConditionNode Integer(int depth)
    {
        if (depth <= 0)
        {
            return random.Next(9) switch
            {
                0 => Leaf(IntegerValue, "filesize"),
                1 => Leaf(IntegerValue, Chance(50) ? "ext_i" : "ext_n"),
                2 or 3 when !_variables.IsEmpty => Leaf(IntegerValue, Pick(_variables)),
                4 when !_strings.IsEmpty => Leaf(IntegerValue, String("#")),
                5 when !_strings.IsEmpty => Leaf(IntegerValue, String(Chance(50) ? "@" : "!")),
                6 => Leaf(IntegerValue, ((string[])["0x20", "1KB", "0o17", "255", "0x6161", "97"])[random.Next(6)]),
                _ => Leaf(IntegerValue, $"{random.Next(0, 12)}"),
            };
        }

        switch (random.Next(14))
        {
            case 0 or 1:
                return new(IntegerValue, Reader() + "({0})", [Offset(depth - 1)]);
            case 2:
                return new(IntegerValue, "-({0})", [Integer(depth - 1)]);
            case 3:
                return new(IntegerValue, "~({0})", [Integer(depth - 1)]);
            case 4 or 5 or 6:
                var operation = ((string[])["+", "-", "*", "\\", "%", "&", "|", "^", "<<", ">>"])[random.Next(10)];
                return new(IntegerValue, "({0} " + operation + " {1})", [Integer(depth - 1), Integer(depth - 1)]);
            case 7 when !_strings.IsEmpty:
                return new(IntegerValue, String("@") + "[{0}]", [Index(depth - 1)]);
            case 8 when !_strings.IsEmpty:
                return new(IntegerValue, String("!") + "[{0}]", [Index(depth - 1)]);
            case 9 when !_strings.IsEmpty:
                return CountIn(depth - 1);
            default:
                return Integer(0);
        }
    }

    /// <summary>Two ends of a range. Constants in the wrong order are a mistake from 4.3 on.</summary>
    private ImmutableArray<ConditionNode> Range(int depth)
    {
        if (Chance(50))
        {
            var first = random.Next(0, 40);
            return [Leaf(IntegerValue, $"{first}"), Leaf(IntegerValue, $"{first + random.Next(0, 40)}")];
        }

        return [Chance(50) ? Leaf(IntegerValue, $"{random.Next(0, 20)}") : Variable(depth), Variable(depth)];
    }

    /// <summary>An integer that is no constant.</summary>
    private ConditionNode Variable(int depth) => new(IntegerValue, "(filesize * 0 + {0})", [Integer(depth)]);

    private ConditionNode At(int depth)
    {
        var text = String("$");

        // Of an undefined place yara says "no" before 4.3, and of a range with one already what it says since.
        return Chance(50)
            ? new(TruthValue, text + " at {0}", [Leaf(IntegerValue, $"{random.Next(0, 60)}")])
            : new(TruthValue, text + " at {0}", [Variable(depth)]) { PeerFormat = text + " in ({0}..{0})" };
    }

    /// <summary>Yara 4.2 gives up where a match stands before the range; it is asked for what two ranges from 0 on hold.</summary>
    private ConditionNode CountIn(int depth)
    {
        var text = String("#");
        return new(IntegerValue, text + " in ({0}..{0} + 8)", [Variable(depth)])
        {
            PeerFormat = $"({text} in (0..{{0}} + 8) - {text} in (0..{{0}} - 1))",
        };
    }

    private ConditionNode Index(int depth) => Chance(60) ? Leaf(IntegerValue, $"{random.Next(1, 4)}") : Integer(depth);

    private string Reader() =>
        (Chance(50) ? "u" : "") + ((string[])["int8", "int16", "int32"])[random.Next(3)] + (Chance(40) ? "be" : "");

    private ConditionNode Quantifier(int depth, bool allowsPercentage)
    {
        return random.Next(8) switch
        {
            0 or 1 => Leaf(IntegerValue, "any"),
            2 => Leaf(IntegerValue, "all"),
            3 => Leaf(IntegerValue, "none"),
            4 when allowsPercentage => Leaf(IntegerValue, $"{random.Next(1, 101)}%"),
            5 => new(IntegerValue, "(({0}) & 3)", [Integer(depth)]),
            _ => Leaf(IntegerValue, $"{random.Next(0, 4)}"),
        };
    }

    /// <summary>
    /// A loop. In loops yara takes none and 0 for all that is not less before 4.3; what they mean since is the opposite of any, but where there is nothing to
    /// go through.
    /// </summary>
    private ConditionNode Loop(string rest, int depth, bool isNeverEmpty, params IEnumerable<ConditionNode> parts)
    {
        if (isNeverEmpty && Chance(25))
            return new(TruthValue, "for " + (Chance(50) ? "none " : "0 ") + rest, [.. parts]) { PeerFormat = "not (for any " + rest + ")" };
        ConditionNode quantifier = random.Next(6) switch
        {
            0 or 1 => Leaf(IntegerValue, "any"),
            2 => Leaf(IntegerValue, "all"),
            3 => new(IntegerValue, "(({0}) & 3 | 1)", [Integer(depth)]),
            _ => Leaf(IntegerValue, $"{random.Next(1, 4)}"),
        };
        var all = parts.ToImmutableArray();
        return new(TruthValue, $"for {{{all.Length}}} " + rest, all.Add(quantifier));
    }

    private string StringSet()
    {
        if (Chance(35) || (_hasAnonymous && Chance(50)))
            return "them";
        var items = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Chance(30) ? "$*" : Chance(30) ? "$s*" : "$" + Pick(_strings)).Distinct()
            .Where(item => item != "$s*" || _strings.Any(name => name.StartsWith('s'))).ToList();
        return items.Count == 0 ? "them" : $"({string.Join(", ", items)})";
    }

    private ConditionNode OfStrings(int depth)
    {
        var set = StringSet();
        var quantifier = Quantifier(depth, allowsPercentage: true);
        switch (random.Next(4))
        {
            case 0 when !quantifier.Format.EndsWith('%'):
                return new(TruthValue, "{2} of " + set + " in ({0}..{1})", Range(depth).Add(quantifier));
            case 1 when !_isInStrings:
                // Came with 4.3.
                var rest = $"of {set} : ($ at {{0}})";
                var loop = Loop(rest, depth, true, Leaf(IntegerValue, $"{random.Next(0, 60)}"));
                return loop with
                {
                    Format = loop.Format[4..].Replace(rest, $"of {set} at {{0}}", StringComparison.Ordinal), PeerFormat = loop.PeerFormat ?? loop.Format,
                };
            default:
                return new(TruthValue, "{0} of " + set, [quantifier]);
        }
    }

    private ConditionNode OfRules(int depth)
    {
        var set = string.Join(", ", Enumerable.Range(0, random.Next(1, 3)).Select(_ => Pick(_rules)));

        // A wildcard may not match a rule that follows.
        return new(TruthValue, "{0} of (" + (Chance(30) ? _rules[0][..^1] + "*" : set) + ")", [Quantifier(depth, allowsPercentage: true)]);
    }

    private ConditionNode ForStrings(int depth)
    {
        _isInStrings = true;
        _loops++;
        var body = Truth(depth);
        _loops--;
        _isInStrings = false;
        return Loop("of " + StringSet() + " : ({0})", depth, true, body);
    }

    private ConditionNode ForIntegers(int depth)
    {
        var outer = _variables;
        var name = "ijk"[_loops].ToString();
        var isRange = Chance(60);
        var isConstant = Chance(60);
        ImmutableArray<ConditionNode> values = !isRange
            ? [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Integer(depth))]
            : isConstant
                ? [Leaf(IntegerValue, $"{random.Next(0, 5)}"), Leaf(IntegerValue, $"{random.Next(5, 12)}")]
                : [Leaf(IntegerValue, $"{random.Next(0, 5)}"), new(IntegerValue, "(filesize & 7 | {0} & 0xFF)", [Integer(0)])];
        _variables = _variables.Add(name);
        _loops++;
        var body = Truth(depth);
        _loops--;
        _variables = outer;
        var list = string.Join(isRange ? ".." : ", ", values.Select((_, i) => $"{{{i + 1}}}"));
        return Loop(name + " in (" + list + ") : ({0})", depth, !isRange || isConstant, [body, .. values]);
    }
}
