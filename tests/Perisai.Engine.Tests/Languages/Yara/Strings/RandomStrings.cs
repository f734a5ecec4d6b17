using System.Text;

namespace Perisai.Engine.Tests.Languages.Yara.Strings;

/// <summary>Random strings of rules as their authors would write them, and inputs that have a chance of matching. The same seed gives the same text.</summary>
internal sealed class RandomStrings(int seed, bool withNegations = true)
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

    public byte[] Input()
    {
        var input = new StringBuilder();
        var length = _random.Next(1, 160);
        var variety = _random.Next(2, Letters.Length + 1);
        var wide = Chance(25);
        while (input.Length < length)
        {
            input.Append(Chance(4) ? '\n' : Letters[Letters.Length - 1 - _random.Next(variety)]);
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
                case 2 when withNegations:
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
