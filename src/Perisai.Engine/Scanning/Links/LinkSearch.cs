using System.Buffers;
using Perisai.Engine.Containers.Views;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Scanning.Links;

/// <summary>
/// Looks at the links in the text of a mail: those of a page, and where it has none, addresses in the text, which can only be blocked. What is wrong with a link whose
/// displayed address is protected is a suspicion, with others an observation. One of each kind is reported.
/// </summary>
internal static class LinkSearch
{
    /// <summary>Longer texts are no letters. clamscan stops at 100 KiB, behind which a link is not seen any more.</summary>
    public const int MaximumLength = 1 << 20;

    /// <summary>What the expressions of definitions may cost a text: some tenths of a second.</summary>
    private const long MaximumSteps = 20_000_000;

    private const int ShortestAddress = 10;
    private const int LongestAddress = 1023;

    public static void Search(ObjectContext context, LinkRules rules, LinkOptions options, ReportBuilder report)
    {
        if (context.Length == 0)
            return;
        if (context.Length > MaximumLength)
        {
            report.Add(NotCompared(context, "The links were not compared: the text is too long."));
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)context.Length);
        try
        {
            var text = buffer.AsSpan(0, ReadLines(context.Source, buffer));
            var found = new HashSet<string>(StringComparer.Ordinal);
            var budget = new ByteRegexBudget { StepsLeft = MaximumSteps };
            var links = LinksOf(text, context.Budget);
            if (links.Count == PageLinks.MaximumLinks)
                report.Add(NotCompared(context, $"Not all links were compared: only the first {PageLinks.MaximumLinks}."));
            foreach (var link in links)
            {
                if (!context.Budget.CheckTime())
                    return;
                if (budget.StepsLeft <= 0)
                {
                    report.Add(NotCompared(context, "Not all links were compared: expressions over them take too long."));
                    return;
                }

                if (Report(link, rules, options, context, ref budget) is { } finding && found.Add(NameOf(finding)))
                    report.Add(finding);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static NotScanned NotCompared(ObjectContext context, string detail) => TreeScanner.NotScannedFinding(
        context.Name, context.Parent, context.Length, NotScannedReason.OverBudget, detail, BudgetLimit.View, partial: true);

    private static string NameOf(Finding finding) => finding is Suspicion suspicion ? suspicion.Name : ((Observation)finding).Name;

    /// <summary>Reads the text with line feeds alone at the ends of its lines; the result is its length.</summary>
    private static int ReadLines(ByteSource source, byte[] buffer)
    {
        var read = 0;
        while (read < source.Length && source.Read(read, buffer.AsSpan(read, (int)source.Length - read)) is > 0 and var count)
            read += count;
        var length = 0;
        for (var i = 0; i < read; i++)
        {
            if (buffer[i] != '\r' || i + 1 == read || buffer[i + 1] != '\n')
                buffer[length++] = buffer[i];
        }

        return length;
    }

    /// <summary>The links of a text.</summary>
    public static List<PageLink> LinksOf(ReadOnlySpan<byte> text, ScanBudget budget)
    {
        using var nowhere = new ViewWriter(budget, isWanted: false);
        var links = new PageLinks();
        var page = new PageNormalizer(nowhere, nowhere, NoParts.Instance, links);
        page.Write(text);
        page.End();
        links.End();
        return links.Links.Count > 0 ? links.Links : AddressesIn(text);
    }

    /// <summary>Addresses of the web in a text, each up to the next white space.</summary>
    private static List<PageLink> AddressesIn(ReadOnlySpan<byte> text)
    {
        var links = new List<PageLink>();
        for (var at = 0; at + ShortestAddress < text.Length && links.Count < PageLinks.MaximumLinks; at++)
        {
            if (!BeginsAddress(text[at..]))
                continue;
            var rest = text.Slice(at, Math.Min(LongestAddress, text.Length - at));
            var end = rest[4..].IndexOfAny((byte)' ', (byte)'\n', (byte)'\t');
            var address = end < 0 ? rest : rest[..(end + 4)];
            links.Add(new(LinkKind.Anchor, PageLinks.TextOf(address), ""));
            at += address.Length;
        }

        return links;
    }

    private static bool BeginsAddress(ReadOnlySpan<byte> text) => (text[0] | 0x20) switch
    {
        'h' => System.Text.Ascii.EqualsIgnoreCase(text[..4], "http"u8) && (text[4] == ':' || (text[4] | 0x20) == 's' && text[5] == ':'),
        'f' => System.Text.Ascii.EqualsIgnoreCase(text[..4], "ftp:"u8),
        _ => false,
    };

    private static Finding? Report(PageLink link, LinkRules rules, LinkOptions options, ObjectContext context, ref ByteRegexBudget budget)
    {
        var real = link.Real;
        if (!LinkShape.IsAddress(ref real, isDisplayed: false))
            return null;
        if (rules.BlocksAddresses)
        {
            // Without a scheme it is not looked at further, as in clamscan.
            if (!real.Contains(':', StringComparison.Ordinal))
                return null;
            if (rules.FindBlocked(link.Real) is { } name)
                return Suspect(name, $"A link leads to a blocked address: {Quote(link.Real)}.");
        }

        var detail = $"A link shows {Quote(link.Displayed)} and leads to {Quote(link.Real)}.";
        return rules.Comparison.Compare(link, options.ReportsSsl, options.ReportsCloaks, ref budget) switch
        {
            LinkVerdict.SpoofedDomain => Suspect("Phishing.Email.SpoofedDomain", detail),
            LinkVerdict.SpoofedSsl => Suspect("Phishing.Email.SSL-Spoof", detail),
            LinkVerdict.CloakedNull => Suspect("Phishing.Email.Cloaked.Null", detail),
            LinkVerdict.UnprotectedSsl => Observe("Link.SSL-Spoof", detail),
            LinkVerdict.UnprotectedNull => Observe("Link.Cloaked.Null", detail),
            _ => null,
        };

        Suspicion Suspect(string name, string text) => new() { Path = context.Path, Type = context.Type, Length = context.Length, Name = name, Detail = text };
        Observation Observe(string name, string text) => new() { Path = context.Path, Type = context.Type, Length = context.Length, Name = name, Detail = text };
    }

    /// <summary>The first of a text, in which nothing can be clicked.</summary>
    private static string Quote(string text)
    {
        var shown = text.Length > 200 ? text[..200] + "…" : text;
        return "'" + shown.Replace('\n', ' ').Replace("://", "[:]//", StringComparison.Ordinal) + "'";
    }
}
