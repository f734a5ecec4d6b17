using Perisai.Engine.Containers.Views;
using Perisai.Engine.Definitions.Auxiliary;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Scanning.Links;

/// <summary>
/// Tells whether a link leads elsewhere than it shows, as clamscan does; docs/design/links.md says how. The steps and their order decide verdicts.
/// </summary>
/// <param name="protectedLinks">Whose displayed addresses are protected.</param>
/// <param name="allowedLinks">Pairs that are as they should be.</param>
internal sealed class LinkComparison(LinkList protectedLinks, LinkList allowedLinks)
{
    /// <summary>What a zero in an address is decoded to.</summary>
    private const char DecodedZero = '\x1';

    /// <summary>What is wrong with a link, but for addresses that are blocked.</summary>
    /// <param name="link">It.</param>
    /// <param name="reportsSsl">Whether encryption that is only shown counts with links to what is not protected.</param>
    /// <param name="reportsCloaks">Whether a hidden zero does.</param>
    /// <param name="budget">What the expressions may cost.</param>
    public LinkVerdict Compare(PageLink link, bool reportsSsl, bool reportsCloaks, ref ByteRegexBudget budget)
    {
        if (link.Displayed.Length == 0 || link.Real == link.Displayed)
            return LinkVerdict.None;
        var real = LinkText.CleanReal(link.Real);
        var (displayed, spaced) = LinkText.CleanDisplayed(link.Displayed);
        if (real == displayed || !LinkShape.IsAddress(ref displayed, isDisplayed: true))
            return LinkVerdict.None;
        var pair = $"{WithoutDot(real)}:{WithoutDot(displayed)}/";
        if (Matches(allowedLinks, pair, ref budget))
            return LinkVerdict.None;
        var isListed = Matches(protectedLinks, pair, ref budget);

        var (start, end) = LinkShape.HostOf(displayed);
        var displayedHost = "." + displayed[start..end];
        var (realStart, realEnd) = LinkShape.HostOf(real);
        var realHost = "." + real[realStart..realEnd];
        if (displayedHost.Contains(' ', StringComparison.Ordinal) || realHost.Contains(' ', StringComparison.Ordinal)
            || realHost.Contains("..", StringComparison.Ordinal) || IsMailAddress(real) || real == displayed
            || Matches(allowedLinks, $"{realHost[1..]}:{displayedHost[1..]}/", ref budget))
            return LinkVerdict.None;

        var isProtected = IsProtected(ref displayedHost, new(spaced, start, end), ref budget);
        if (link.Kind == LinkKind.Image && !isProtected)
            return LinkVerdict.None;
        if ((isProtected || reportsCloaks) && real.Contains(DecodedZero, StringComparison.Ordinal))
            return isProtected ? LinkVerdict.CloakedNull : LinkVerdict.UnprotectedNull;
        if ((isProtected || reportsSsl) && link.Kind == LinkKind.Anchor && IsEncrypted(displayed) && !IsEncrypted(real))
            return isProtected ? LinkVerdict.SpoofedSsl : LinkVerdict.UnprotectedSsl;
        return (isListed || isProtected) && LinkShape.DomainOf(realHost) != LinkShape.DomainOf(displayedHost) ? LinkVerdict.SpoofedDomain : LinkVerdict.None;
    }

    private static string WithoutDot(string text) => text is ['.', ..] ? text[1..] : text;

    private static bool IsEncrypted(string address) => address.StartsWith("https:", StringComparison.Ordinal);

    private static bool IsMailAddress(string address) =>
        address.StartsWith("mailto:", StringComparison.Ordinal) && !address.Contains("://", StringComparison.Ordinal);

    /// <summary>Whether an expression matches, or a host is what the text ends with, behind a dot or a space where anything stands before it.</summary>
    private static bool Matches(LinkList list, string text, ref ByteRegexBudget budget) =>
        !list.IsEmpty && text.Length > 2
        && (list.HostsAtEnd(text).Any(host => host.Length == text.Length || text[^(host.Length + 1)] is '.' or ' ') || list.MatchesExpression(text, ref budget));

    /// <summary>
    /// Whether a displayed host is protected. Where a word stands before it, of which only the white space between was taken out, a dot is put there: what
    /// precedes the protected host is not part of its domain.
    /// </summary>
    private bool IsProtected(ref string displayedHost, SpacedText spaced, ref ByteRegexBudget budget)
    {
        if (protectedLinks.IsEmpty)
            return false;
        var text = displayedHost[1..] + "/";
        if (text.Length < 3)
            return false;
        foreach (var host in protectedLinks.HostsAtEnd(text))
        {
            if (spaced.At(text.Length + 1) is not (' ' or '\0' or '/' or '?')
                || (host.Length != text.Length && spaced.At(text.Length - host.Length) is not ('.' or ' ')))
                continue;
            // Without the solidus.
            var length = host.Length - 1;
            if (text.Length - 1 > length && text[^(length + 2)] != '.')
                displayedHost = displayedHost[1..^length] + "." + displayedHost[^length..];
            return true;
        }

        return protectedLinks.MatchesExpression(text, ref budget);
    }
}
