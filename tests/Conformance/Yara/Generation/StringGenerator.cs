using System.Collections.Immutable;

namespace Perisai.Conformance.Yara.Generation;

/// <summary>Random strings of every kind, from few letters, so that they match often. The same seed gives the same strings.</summary>
internal sealed class StringGenerator(Random random)
{
    public const string Letters = "aaabbbccdXY_1 ";
    private const string Alphabet = "ZYXWVUTSRQPONMLKJIHGFEDCBAzyxwvutsrqponmlkjihgfedcba9876543210!$";

    private static readonly (string Text, string Members)[] s_classes =
    [
        ("\\w", "ab1_Z"), ("\\s", " \n\t"), ("\\d", "1029"), ("\\W", " \n-"), ("\\S", "ab-1"), ("\\D", "ab -"), ("[abc]", "abc"), ("[^a]", "bcX 1"), ("[a-c]", "abc"),
        ("[X-Zb]", "XYZb"), ("[^\\w]", " -\n"), ("[\\d_]", "1_2"), ("[]a]", "]a"), ("[a-]", "a-"), ("[\\x61-\\x63\\n]", "abc\n"), ("[^\\n]", "ab1"), ("[\\S\\n]", "a\nb"),
    ];

    private bool _lazy;

    public StringDefinition Next(string identifier) => random.Next(10) switch
    {
        < 3 => Text(identifier),
        < 6 => Hex(identifier),
        _ => Regex(identifier),
    };

    public StringDefinition Text(string identifier)
    {
        var modifiers = ImmutableArray.CreateBuilder<string>();
        var isEncoded = Chance(20);
        var length = isEncoded ? random.Next(3, 9) : random.Next(1, 9);
        void Maybe(int percent, string modifier)
        {
            if (Chance(percent))
                modifiers.Add(modifier);
        }

        Maybe(35, "wide");
        Maybe(modifiers.Count > 0 ? 50 : 10, "ascii");
        if (isEncoded)
        {
            var alphabet = Chance(20) ? $"(\"{Alphabet}\")" : "";
            var both = random.Next(3);
            if (both != 1)
                modifiers.Add("base64" + alphabet);
            if (both != 0)
                modifiers.Add("base64wide" + alphabet);
        }
        else
        {
            Maybe(25, "fullword");
            if (Chance(20))
                modifiers.Add(random.Next(3) switch { 0 => "xor", 1 => $"xor({random.Next(0, 256)})", _ => $"xor({random.Next(0, 30)}-{random.Next(30, 256)})" });
            else
                Maybe(25, "nocase");
        }

        // Combinations that must be refused.
        Maybe(1, "nocase");
        Maybe(1, "xor");
        Maybe(1, "fullword");
        Maybe(5, "private");
        return new TextDefinition(identifier, Word(length)) { Modifiers = [.. modifiers.Distinct().OrderBy(_ => random.Next())] };
    }

    public StringDefinition Hex(string identifier) =>
        new HexDefinition(identifier, HexSequence(random.Next(2, 8), 0)) { Modifiers = Chance(4) ? ["private"] : [] };

    public StringDefinition Regex(string identifier)
    {
        _lazy = Chance(35);
        var root = Choice(random.Next(2, 8), 0);
        var items = root is SequencePattern sequence ? sequence.Items : [root];
        if (Chance(6))
            items = [new AssertionPattern("^"), .. items];
        if (Chance(6))
            items = [.. items, new AssertionPattern("$")];
        var modifiers = ImmutableArray.CreateBuilder<string>();
        foreach (var (percent, modifier) in ((int, string)[])[(30, "wide"), (20, "ascii"), (15, "nocase"), (25, "fullword"), (4, "private")])
        {
            if (Chance(percent))
                modifiers.Add(modifier);
        }

        return new RegexDefinition(identifier, items.Length == 1 ? items[0] : new SequencePattern(items), (Chance(15) ? "i" : "") + (Chance(30) ? "s" : ""))
        {
            Modifiers = modifiers.ToImmutable(),
        };
    }

    /// <summary>A regular expression for conditions, between its slashes.</summary>
    public string Expression()
    {
        _lazy = Chance(40);
        return new RegexDefinition("", Choice(random.Next(1, 5), 1), Chance(20) ? "i" : "").Write(forPeer: false)[3..];
    }

    public ImmutableArray<byte> Word(int length) =>
        [.. Enumerable.Range(0, length).Select(_ => Chance(3) ? (byte)random.Next(256) : (byte)Letter())];

    private bool Chance(int percent) => random.Next(100) < percent;

    private char Letter() => Letters[random.Next(Letters.Length)];

    private SequencePattern HexSequence(int size, int depth)
    {
        var items = ImmutableArray.CreateBuilder<PatternNode>();
        for (var i = 0; i < size; i++)
        {
            var inner = i > 0 && i + 1 < size && items[^1] is not JumpPattern;
            items.Add(random.Next(16) switch
            {
                0 => new BytePattern(0, 0),
                1 => new BytePattern((byte)Letter(), 0xF0),
                2 => new BytePattern((byte)Letter(), 0x0F),
                3 => new BytePattern((byte)Letter(), Chance(60) ? (byte)0xFF : Chance(50) ? (byte)0xF0 : (byte)0x0F, IsNegated: true),
                4 when inner => new JumpPattern(random.Next(0, 3), random.Next(3, 12)),
                5 when inner => Exactly(random.Next(1, 5)),
                6 when inner && depth == 0 => new JumpPattern(Chance(50) ? 0 : random.Next(1, 9), Chance(70) ? null : random.Next(201, 300)),
                7 when depth < 2 => new ChoicePattern([.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => HexSequence(random.Next(1, 4), depth + 1))]),
                _ => new BytePattern((byte)Letter()),
            });
        }

        return new(items.ToImmutable());
    }

    private static JumpPattern Exactly(int length) => new(length, length);

    private PatternNode Choice(int size, int depth)
    {
        var alternatives = ImmutableArray.Create<PatternNode>(Sequence(size, depth));
        while (Chance(depth == 0 ? 6 : 40) && alternatives.Length < 4)
            alternatives = alternatives.Add(Sequence(random.Next(1, 4), depth));
        return alternatives.Length == 1 ? alternatives[0] : new ChoicePattern(alternatives);
    }

    private SequencePattern Sequence(int size, int depth)
    {
        var items = ImmutableArray.CreateBuilder<PatternNode>();
        for (var i = 0; i < size; i++)
        {
            switch (random.Next(16))
            {
                case 0 when depth < 3:
                    items.Add(Repeated(Choice(random.Next(1, 4), depth + 1) is ChoicePattern choice ? choice : new ChoicePattern([Sequence(random.Next(1, 4), depth + 1)])));
                    break;
                case 1:
                    items.Add(Repeated(new ClassPattern(".", "ab1 ")));
                    break;
                case 2:
                    var (text, members) = s_classes[random.Next(s_classes.Length)];
                    items.Add(Repeated(new ClassPattern(text, members)));
                    break;
                case 4 when _lazy && depth == 0 && Chance(40):
                    // Wide enough to part the string in two.
                    var (least, most) = (random.Next(0, 9), Chance(50) ? (int?)null : 250);
                    items.Add(new RepeatPattern(new ClassPattern(".", "ab1 "), least, most, IsLazy: true, $"{{{least},{most}}}"));
                    break;
                case 3 when Chance(40):
                    items.Add(new AssertionPattern(Chance(70) ? "\\b" : "\\B"));
                    break;
                default:
                    var letter = new BytePattern((byte)Letter());
                    items.Add(Chance(20) ? Repeated(letter) : letter);
                    break;
            }
        }

        return new(items.ToImmutable());
    }

    private PatternNode Repeated(PatternNode child)
    {
        if (Chance(40))
            return child;
        var (minimum, maximum) = (random.Next(0, 3), random.Next(3, 6));
        return random.Next(7) switch
        {
            0 => Repeat(0, null, "*"),
            1 => Repeat(1, null, "+"),
            2 => Repeat(0, 1, "?"),
            3 => Repeat(minimum + 1, minimum + 1, $"{{{minimum + 1}}}"),
            4 => Repeat(minimum, null, $"{{{minimum},}}"),
            5 => Repeat(0, maximum, $"{{,{maximum}}}"),
            _ => Repeat(minimum, maximum, $"{{{minimum},{maximum}}}"),
        };

        RepeatPattern Repeat(int least, int? most, string text) => new(child, least, most, _lazy, text);
    }
}
