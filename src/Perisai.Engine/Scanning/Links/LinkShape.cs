namespace Perisai.Engine.Scanning.Links;

/// <summary>What a text looks like: an address, its host, its domain. As clamscan sees them.</summary>
internal static class LinkShape
{
    private static readonly string[] s_schemes = ["https:", "http:", "ftp:", "mailto://"];

    /// <summary>
    /// Whether it is an address: a known scheme with two solidi, or names with dots between them of which the last is a top-level domain.
    /// </summary>
    /// <param name="text">It; cut behind a top-level domain within it, where that is what makes it one.</param>
    /// <param name="isDisplayed">Whether any scheme is taken, and words behind a domain are no harm.</param>
    public static bool IsAddress(ref string text, bool isDisplayed)
    {
        text = text.TrimStart(' ');
        var address = text;
        var scheme = s_schemes.FirstOrDefault(name => address.StartsWith(name, StringComparison.Ordinal)) is { } found ? found.Length - 1 : -1;
        if (scheme >= 0 && text.AsSpan(scheme + 1).StartsWith("//"))
            return true;
        if (isDisplayed)
            scheme = text.IndexOf(':', StringComparison.Ordinal);
        var start = 0;
        var hasScheme = scheme >= 0 && IsScheme(text.AsSpan(0, scheme));
        if (hasScheme)
        {
            start = scheme + 1;
            for (var i = 0; i < 2 && start < text.Length && text[start] == '/'; i++)
                start++;
        }

        var end = text.IndexOf('/', start);
        end = end < 0 ? text.Length : end;
        if (!hasScheme && text.IndexOf('@', start, end - start) is >= 0 and var at && !FollowsDomain(text, start, at))
            return false;
        return HasDomain(ref text, start, end, isDisplayed);
    }

    /// <summary>Where the host of an address begins and ends: behind the scheme and the names of users.</summary>
    public static (int Start, int End) HostOf(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        var start = scheme >= 0 ? scheme + 3 : address.StartsWith("mailto:", StringComparison.Ordinal) ? 7 : 0;
        while (true)
        {
            var end = address.AsSpan(start).IndexOfAny(":/?");
            end = end < 0 ? address.Length : start + end;
            var user = address.IndexOf('@', start);
            if (user < 0 || (start != end && user > end))
                return (start, end);
            start = user + 1;
        }
    }

    /// <summary>The domain of a host that a dot stands before: its last two names, three below a country that has domains within.</summary>
    public static string DomainOf(string host)
    {
        var top = host.LastIndexOf('.');
        if (top < 0)
            return host;
        if (TopLevelDomains.IsCountry(host.AsSpan(top + 1)))
        {
            var below = top > 0 ? host.LastIndexOf('.', top - 1) : -1;
            if (below < 0)
                return host;
            if (!TopLevelDomains.Contains(host.AsSpan(below + 1, top - below - 1)))
                return host[(below + 1)..];
            top = below;
        }

        var domain = top > 0 ? host.LastIndexOf('.', top - 1) : -1;
        return domain < 0 ? host : host[(domain + 1)..];
    }

    /// <summary>Whether what stands before an at sign ends in a top-level domain: then it is no address of mail.</summary>
    private static bool FollowsDomain(string text, int start, int at)
    {
        var dot = at - 1;
        while (dot > start && text[dot] != '.')
            dot--;
        return dot > start && TopLevelDomains.Contains(text.AsSpan(dot + 1, at - dot - 1));
    }

    private static bool HasDomain(ref string text, int start, int end, bool isDisplayed)
    {
        var name = start;
        var lastDomainEnd = -1;
        for (var dot = text.IndexOf('.', name); dot >= 0 && dot <= end; dot = text.IndexOf('.', name))
        {
            if (!IsName(text.AsSpan(name, dot - name)))
                return false;
            if (isDisplayed && TopLevelDomains.Contains(text.AsSpan(name, dot - name)))
                lastDomainEnd = dot;
            name = dot + 1;
        }

        if (name == start)
            return false;
        if (TopLevelDomains.Contains(text.AsSpan(name, Math.Max(end, name) - name)))
            return true;
        if (lastDomainEnd < 0)
            return false;
        text = text[..lastDomainEnd];
        return true;
    }

    private static bool IsScheme(ReadOnlySpan<char> text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && !text[1..].ContainsAnyExcept(s_schemeCharacters);

    private static bool IsName(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExcept(s_nameCharacters);

    private const string Characters = "!\"$%&'()*,-0123456789@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
    private static readonly System.Buffers.SearchValues<char> s_schemeCharacters = System.Buffers.SearchValues.Create(Characters);
    private static readonly System.Buffers.SearchValues<char> s_nameCharacters = System.Buffers.SearchValues.Create(Characters + "#+");
}
