using System.Text;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Matching.Automata;

namespace Perisai.Engine.Tests.Languages.Yara.Strings;

/// <summary>Random strings of rules as their authors would write them, and inputs that have a chance of matching. The same seed gives the same text.</summary>
internal sealed class RandomStrings(int seed)
{
    private const string Letters = "aaabbbccdXY_1 ";
    private readonly Random _random = new(seed);
    private bool _lazy;

    /// <summary>What stands behind <c>$a =</c>.</summary>
    public string Next() => _random.Next(10) switch
    {
        < 3 => Text(),
        < 6 => Hex(),
        _ => Regex(),
    };

    public string Text()
    {
        var modifiers = _random.Next(14) switch
        {
            0 => " nocase",
            1 => " wide",
            2 => " wide ascii",
            3 => " wide nocase",
            4 => " fullword",
            5 => " wide fullword",
            6 => " wide ascii fullword nocase",
            7 => " base64",
            8 => " base64wide",
            9 => " wide ascii base64 base64wide",
            10 => " nocase fullword",
            11 => $" xor({_random.Next(1, 6)}-{_random.Next(6, 40)})",
            12 => $" wide xor({_random.Next(1, 6)}-{_random.Next(6, 40)})",
            _ => "",
        };
        return $"\"{Word(_random.Next(1, 9))}\"{modifiers}";
    }

    public string Hex()
    {
        var text = new StringBuilder("{ ");
        HexSequence(text, _random.Next(2, 8), 0);
        return text.Append('}').ToString();
    }

    public string Regex()
    {
        _lazy = Chance(30);
        var text = new StringBuilder("/");
        if (Chance(5))
            text.Append('^');
        Choice(text, _random.Next(2, 8), 0);
        if (Chance(5))
            text.Append('$');
        text.Append('/');
        if (Chance(15))
            text.Append('i');
        if (Chance(25))
            text.Append('s');
        string[] modifiers = ["", "", "", " wide", " wide ascii", " fullword", " nocase", " wide fullword"];
        return text.Append(modifiers[_random.Next(modifiers.Length)]).ToString();
    }

    /// <summary>An input in which some of the strings occur, or almost.</summary>
    public byte[] Input(IReadOnlyList<RuleString> strings)
    {
        var bytes = new List<byte>(Input());
        for (var i = _random.Next(1, 7); i > 0; i--)
        {
            var sample = Sample(strings[_random.Next(strings.Count)]);
            if (sample.Count > 0 && Chance(15))
                sample[_random.Next(sample.Count)] = (byte)Letter();
            bytes.InsertRange(_random.Next(bytes.Count + 1), sample);
            if (Chance(40))
                bytes.AddRange(sample);
        }

        return [.. bytes];
    }

    private List<byte> Sample(RuleString one)
    {
        var bytes = new List<byte>();
        foreach (var part in one.Parts)
        {
            for (var i = Math.Min(part.LinkMinimum + _random.Next(20), part.LinkMaximum); i > 0; i--)
                bytes.Add((byte)Letter());
            switch (part.Searches[_random.Next(part.Searches.Length)])
            {
                case LiteralSearch literal:
                    for (var i = 0; i < literal.Bytes.Values.Length; i++)
                        bytes.Add((byte)(literal.Bytes.Values[i] | (_random.Next(256) & ~literal.Bytes.Masks[i])));
                    break;
                case AutomatonSearch automaton:
                    var sample = new List<byte>();
                    Sample(automaton.Automaton.Root, sample);
                    bytes.AddRange(automaton.Options.IsWide ? sample.SelectMany(value => new byte[] { value, 0 }) : sample);
                    break;
            }
        }

        return bytes;
    }

    private void Sample(AutomatonNode node, List<byte> bytes)
    {
        switch (node)
        {
            case SetNode set:
                Sample(set, bytes);
                break;
            case CountedNode counted:
                for (var i = _random.Next(counted.Minimum, Math.Min(counted.Maximum ?? int.MaxValue, counted.Minimum + 4) + 1); i > 0; i--)
                    Sample(counted.Set, bytes);
                break;
            case SequenceNode sequence:
                foreach (var item in sequence.Items)
                    Sample(item, bytes);
                break;
            case ChoiceNode choice:
                Sample(choice.Alternatives[_random.Next(choice.Alternatives.Length)], bytes);
                break;
            case LoopNode loop:
                for (var i = _random.Next(loop.AtLeastOnce ? 1 : 0, 4); i > 0; i--)
                    Sample(loop.Body, bytes);
                break;
            case OptionalNode optional:
                foreach (var copy in optional.Copies.Take(_random.Next(optional.Copies.Length + 1)))
                    Sample(copy, bytes);
                break;
        }
    }

    private void Sample(SetNode set, List<byte> bytes)
    {
        var usual = Letters.Where(letter => set.Set.Contains((byte)letter)).ToList();
        var values = set.Set.ToArray();
        bytes.Add(usual.Count > 0 && !Chance(5) ? (byte)usual[_random.Next(usual.Count)] : values[_random.Next(values.Length)]);
    }

    public byte[] Input()
    {
        var input = new StringBuilder();
        var length = _random.Next(1, 160);
        var variety = _random.Next(2, Letters.Length + 1);
        var wide = Chance(25);
        while (input.Length < length)
        {
            input.Append(Chance(4) ? '\n' : Letters[_random.Next(variety)]);
            if (wide ? !Chance(4) : Chance(2))
                input.Append('\0');
        }

        var bytes = Encoding.Latin1.GetBytes(input.ToString());
        if (Chance(10))
        {
            var key = (byte)_random.Next(1, 40);
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] ^= key;
        }

        if (Chance(15))
            bytes = Encoding.Latin1.GetBytes(Convert.ToBase64String(bytes));
        return bytes;
    }

    public bool Chance(int percent) => _random.Next(100) < percent;

    private string Word(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => Letters[_random.Next(Letters.Length)]));

    private char Letter() => Letters[_random.Next(Letters.Length)];

    private void HexSequence(StringBuilder text, int size, int depth)
    {
        for (var i = 0; i < size; i++)
        {
            var inner = i > 0 && i + 1 < size;
            switch (_random.Next(14))
            {
                case 0:
                    text.Append("?? ");
                    break;
                case 1:
                    text.Append($"{(int)Letter() >> 4:X}? ");
                    break;
                case 2:
                    text.Append($"~{(int)Letter():X2} ");
                    break;
                case 3 when inner:
                    text.Append($"[{_random.Next(0, 3)}-{_random.Next(3, 12)}] ");
                    break;
                case 4 when inner:
                    text.Append($"[{_random.Next(1, 5)}] ");
                    break;
                case 5 when inner && depth == 0:
                    text.Append(Chance(50) ? "[-] " : $"[{_random.Next(0, 9)}-] ");
                    break;
                case 6 when depth < 2:
                    text.Append("( ");
                    HexSequence(text, _random.Next(1, 4), depth + 1);
                    text.Append("| ");
                    HexSequence(text, _random.Next(1, 4), depth + 1);
                    text.Append(") ");
                    break;
                default:
                    text.Append($"{(int)Letter():X2} ");
                    break;
            }
        }
    }

    private void Choice(StringBuilder text, int size, int depth)
    {
        Sequence(text, size, depth);
        while (Chance(depth == 0 ? 6 : 40))
        {
            text.Append('|');
            Sequence(text, _random.Next(1, 4), depth);
        }
    }

    private void Sequence(StringBuilder text, int size, int depth)
    {
        for (var i = 0; i < size; i++)
        {
            switch (_random.Next(16))
            {
                case 0 when depth < 3:
                    text.Append('(');
                    Choice(text, _random.Next(1, 4), depth + 1);
                    text.Append(')');
                    break;
                case 1:
                    text.Append('.');
                    break;
                case 2:
                    string[] classes = ["\\w", "\\s", "\\d", "\\W", "\\S", "\\D", "[abc]", "[^a]", "[a-c]", "[X-Zb]", "[^\\w]", "[\\d_]"];
                    text.Append(classes[_random.Next(classes.Length)]);
                    break;
                case 4 when _lazy && depth == 0 && Chance(40):
                    // Wide enough to part the string in two.
                    text.Append($".{{{_random.Next(0, 9)},{(Chance(50) ? "" : "250")}}}?");
                    continue;
                case 3 when Chance(40):
                    text.Append(Chance(70) ? "\\b" : "\\B");
                    continue;
                default:
                    text.Append(Letter());
                    if (!Chance(20))
                        continue;
                    break;
            }

            Quantifier(text);
        }
    }

    private void Quantifier(StringBuilder text)
    {
        if (Chance(40))
            return;
        text.Append(_random.Next(7) switch
        {
            0 => "*",
            1 => "+",
            2 => "?",
            3 => $"{{{_random.Next(1, 4)}}}",
            4 => $"{{{_random.Next(0, 3)},}}",
            5 => $"{{,{_random.Next(1, 5)}}}",
            _ => $"{{{_random.Next(0, 3)},{_random.Next(3, 6)}}}",
        });
        if (_lazy)
            text.Append('?');
    }
}
