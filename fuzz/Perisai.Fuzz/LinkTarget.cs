using Perisai.Engine;
using Perisai.Engine.Containers.Views;
using Perisai.Engine.Definitions.Auxiliary;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Matching.Regex;
using Perisai.Engine.Scanning.Links;

namespace Perisai.Fuzz;

/// <summary>The links of a letter's text, each compared with where it leads and written in all its forms.</summary>
internal static class LinkTarget
{
    private const int MaximumLength = 1 << 16;

    private static readonly LinkComparison s_comparison = new(
        List([AuxiliaryFields.Host, "bank.com/", ""], [AuxiliaryFields.Expression, ".+:.+shop\\.(com|de)/", "shop.com/\nshop.de/"]),
        List([AuxiliaryFields.Host, "good.com:bank.com/", ""]));

    public static string Run(ByteSource source)
    {
        var bytes = new byte[Math.Min(source.Length, MaximumLength)];
        var text = bytes.AsSpan(0, source.Read(0, bytes));
        var steps = new ByteRegexBudget { StepsLeft = 10_000_000 };
        var result = new HashCode();
        foreach (var link in LinkSearch.LinksOf(text, new ScanBudget(DigestSink.Limits)))
        {
            var real = link.Real;
            result.Add(LinkShape.IsAddress(ref real, isDisplayed: false));
            result.Add(s_comparison.Compare(link, true, true, ref steps));
            result.Add(s_comparison.Compare(new PageLink(LinkKind.Anchor, link.Displayed, link.Real), true, true, ref steps));
            foreach (var form in CanonicalAddress.FormsOf(link.Real))
                result.Add(form.Length);
        }

        return steps.StepsLeft > 0 ? result.ToHashCode().ToString(System.Globalization.CultureInfo.InvariantCulture) : "over budget";
    }

    private static LinkList List(params string[][] fields) =>
        new(fields.Select(entry => new AuxiliaryDefinition(AuxiliaryKind.ProtectedLink, "x", new("x", 1), [.. entry])));
}
