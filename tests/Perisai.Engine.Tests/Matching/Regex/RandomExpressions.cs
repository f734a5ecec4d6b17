using System.Text;

namespace Perisai.Engine.Tests.Matching.Regex;

/// <summary>
/// Random expressions out of a grammar, and random inputs that have a fair chance of matching them. The same seed gives the same text.
/// </summary>
internal sealed class RandomExpressions(int seed, bool portable)
{
    private readonly Random _random = new(seed);
    private int _groups;
    private int _lookDepth;

    /// <summary>An expression; <paramref name="size"/> is roughly its number of parts.</summary>
    public string Next(int size)
    {
        _groups = 0;
        var text = new StringBuilder();
        Branches(text, size);
        return text.ToString();
    }

    public byte[] NextInput(int maximumLength)
    {
        const string alphabet = "aaaabbbcc1 \nABx_-\r\u0085\u00A0\u00FF";
        var input = new byte[_random.Next(maximumLength + 1)];
        var variety = _random.Next(2, alphabet.Length + 1);
        for (var i = 0; i < input.Length; i++)
            input[i] = (byte)alphabet[_random.Next(variety)];
        return input;
    }

    public bool Chance(int percent) => _random.Next(100) < percent;

    public int Below(int limit) => _random.Next(limit);

    private void Branches(StringBuilder text, int size)
    {
        var branches = Chance(25) ? _random.Next(2, 4) : 1;
        for (var i = 0; i < branches; i++)
        {
            if (i > 0)
                text.Append('|');
            Branch(text, Math.Max(size / branches, 1));
        }
    }

    private void Branch(StringBuilder text, int size)
    {
        var items = Chance(5) ? 0 : _random.Next(1, 5);
        for (var i = 0; i < items; i++)
            Item(text, size / Math.Max(items, 1));
    }

    private void Item(StringBuilder text, int size)
    {
        var kind = _random.Next(100);
        var canRepeat = true;
        if (size > 1 && kind < 40)
            canRepeat = Group(text, size - 1);
        else if (kind < 75)
            text.Append("aaabbc1AB-_x"[_random.Next(12)]);
        else if (kind < 85)
            text.Append(Pick(".", "\\d", "\\w", "\\s", "\\W", "\\D", "\\S", ".", "a", "\\n"));
        else if (kind < 92)
            text.Append(Pick("[ab]", "[^a]", "[a-c1]", "[\\w-]", "[^\\n]", "[b-]", "[]a]", "[^\\W]", "[\\x61-\\x63]"));
        else if (kind < 96)
        {
            text.Append(Pick("^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z", "\\G"));
            canRepeat = false;
        }
        else if (!portable && kind < 97)
            text.Append(Pick("\\R", "\\h", "\\v", "\\N", "\\H", "\\V", "[[:alpha:]]", "[[:^space:]b]", "\\C", "[[:upper:]]"));
        else if (!portable && kind < 98 && _lookDepth == 0 && Chance(40))
        {
            text.Append("\\K");
            canRepeat = false;
        }
        else if (_groups > 0)
        {
            if (portable)
                text.Append('\\').Append(_random.Next(1, Math.Min(_groups, 9) + 1));
            else
                Reference(text);
        }
        else
            text.Append('b');

        // .NET and PCRE2 end a loop whose body matches nothing differently; portable groups that are repeated begin with a byte.
        if (canRepeat && !(portable && text[^1] == ')') && Chance(35))
            Quantifier(text, isGroup: text[^1] == ')');
    }

    private void Quantifier(StringBuilder text, bool isGroup)
    {
        // 10.42 wrongly takes some expressions for anchored that hold a group repeated {0} times.
        text.Append(isGroup && !portable ? Pick("*", "+", "?", "{2}", "{0,2}", "{1,3}", "{2,}", "{3,5}") : Pick("*", "+", "?", "{2}", "{0,2}", "{1,3}", "{2,}", "{1}", "{0}", "{3,5}", "*", "+"));
        if (Chance(25))
            text.Append('?');
        else if (!portable && Chance(12))
            text.Append('+');
    }

    private void Reference(StringBuilder text)
    {
        var number = _random.Next(1, _groups + 1);
        switch (_random.Next(6))
        {
            case 0:
                text.Append("(?").Append(number).Append(')');
                break;
            case 1:
                text.Append("(?(").Append(number).Append(")a|b)");
                break;
            case 2:
                text.Append("\\g{-").Append(_random.Next(1, _groups + 1)).Append('}');
                break;
            case 3 when Chance(30):
                text.Append("(?R)?");
                break;
            default:
                text.Append("\\g{").Append(number).Append('}');
                break;
        }
    }

    /// <summary>False where a quantifier may not follow.</summary>
    private bool Group(StringBuilder text, int size)
    {
        if (portable && Chance(30))
        {
            _groups++;
            text.Append(Pick("(a", "(b", "(\\w")).Append("(?:");
            Branches(text, size);
            text.Append("))");
            Quantifier(text, isGroup: true);
            return false;
        }

        var kind = _random.Next(portable ? 12 : 20);
        if (kind < 4)
        {
            _groups++;
            text.Append('(');
        }
        else if (kind < 7)
            text.Append("(?:");
        else if (kind == 7)
            text.Append("(?>");
        else if (kind is 8 or 9)
        {
            text.Append(Chance(70) ? "(?=" : "(?!");
            _lookDepth++;
            Branches(text, size);
            _lookDepth--;
            text.Append(')');
            return !portable;
        }
        else if (kind is 10 or 11)
        {
            text.Append(Chance(70) ? "(?<=" : "(?<!").Append(Pick("a", "b", "[ab]", "aa|b", ".", "\\w|ab", "^a", "\\n")).Append(')');
            return !portable;
        }
        else if (kind is 12 or 13)
            text.Append(Pick("(?i:", "(?s:", "(?m:", "(?-i:", "(?^:", "(?U:", "(?x: ", "(?s-i:"));
        else if (kind is 14)
        {
            text.Append(Pick("(?i)", "(?s)", "(?m)", "(?-s)", "(?^)", "(?U)"));
            return false;
        }
        else if (kind is 15)
        {
            text.Append("(?|");
            var before = _groups;
            var highest = before;
            for (var i = 0; i < 2; i++)
            {
                _groups = before;
                if (i > 0)
                    text.Append('|');
                Branch(text, size / 2);
                highest = Math.Max(highest, _groups);
            }

            _groups = highest;
            text.Append(')');
            return true;
        }
        else if (kind is 16)
        {
            text.Append(Pick("(?(?=a)", "(?(?!b)", "(?(?<=a)", "(?(R)", _groups > 0 ? "(?(1)" : "(?(?=.b)"));
            Branch(text, size / 2);
            if (Chance(70))
            {
                text.Append('|');
                Branch(text, size / 2);
            }

            text.Append(')');
            return true;
        }
        else if (kind is 17)
        {
            _groups++;
            text.Append("(?<n").Append(_groups).Append('>');
        }
        else
        {
            _groups++;
            text.Append('(');
        }

        Branches(text, size);
        text.Append(')');
        return true;
    }

    private string Pick(params ReadOnlySpan<string> choices) => choices[_random.Next(choices.Length)];
}
