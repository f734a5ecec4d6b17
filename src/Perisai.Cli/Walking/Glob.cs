namespace Perisai.Cli.Walking;

/// <summary>
/// A file name pattern: <c>*</c> any characters but a slash, <c>**</c> any characters, <c>?</c> one, <c>[a-z]</c> one of some,
/// <c>[!a-z]</c> one of the others, <c>\</c> takes the next one literally. A pattern without a slash is compared with the name, one with a
/// slash with the whole path, or with its end where the pattern does not begin with a slash.
/// </summary>
internal sealed class Glob
{
    private readonly string _pattern;
    private readonly bool _wholePath;

    public Glob(string pattern)
    {
        pattern = pattern.Length > 1 ? pattern.TrimEnd('/') : pattern;
        _wholePath = pattern.Contains('/');
        _pattern = _wholePath && !pattern.StartsWith('/') && !pattern.StartsWith("**", StringComparison.Ordinal) ? "**/" + pattern : pattern;
    }

    public bool Matches(FilePath path)
    {
        if (!_wholePath)
            return Matches(_pattern, path.Parent is null ? path.Name[(path.Name.LastIndexOf('/') + 1)..] : path.Name);
        var text = path.ToString();
        return Matches(_pattern, text) || (!text.StartsWith('/') && Matches(_pattern, "/" + text));
    }

    /// <summary>Matches the whole text. Goes back only to the last star, so that the time is at most pattern times text.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, starText = 0, deep = -1, deepText = 0;
        while (true)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                var isDeep = p + 1 < pattern.Length && pattern[p + 1] == '*';
                while (p < pattern.Length && pattern[p] == '*')
                    p++;
                if (isDeep)
                    (deep, deepText, star) = (p, t, -1);
                else
                    (star, starText) = (p, t);
                continue;
            }

            if (t == text.Length && p == pattern.Length)
                return true;
            if (t < text.Length && p < pattern.Length && MatchesOne(pattern, p, text[t], out var next))
            {
                p = next;
                t++;
            }
            else if (star >= 0 && starText < text.Length && text[starText] != '/')
            {
                p = star;
                t = ++starText;
            }
            else if (deep >= 0 && deepText < text.Length)
            {
                p = deep;
                t = ++deepText;
                star = -1;
            }
            else
            {
                return false;
            }
        }
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, int at, char character, out int next)
    {
        next = at + 1;
        switch (pattern[at])
        {
            case '?':
                return character != '/';
            case '\\' when at + 1 < pattern.Length:
                next = at + 2;
                return pattern[at + 1] == character;
            case '[':
                return MatchesSet(pattern, at, character, out next);
            default:
                return pattern[at] == character;
        }
    }

    private static bool MatchesSet(ReadOnlySpan<char> pattern, int at, char character, out int next)
    {
        var set = at + 1;
        var negated = set < pattern.Length && pattern[set] is ('!' or '^');
        if (negated)
            set++;
        // A closing bracket that comes first belongs to the set; without one, the opening bracket is only itself.
        var end = set < pattern.Length ? pattern[(set + 1)..].IndexOf(']') : -1;
        if (end < 0)
        {
            next = at + 1;
            return character == '[';
        }

        end += set + 1;
        next = end + 1;
        var found = false;
        for (var i = set; i < end; i++)
        {
            if (i + 2 < end && pattern[i + 1] == '-')
            {
                found |= character >= pattern[i] && character <= pattern[i + 2];
                i += 2;
            }
            else
            {
                found |= pattern[i] == character;
            }
        }

        return found != negated && character != '/';
    }
}
