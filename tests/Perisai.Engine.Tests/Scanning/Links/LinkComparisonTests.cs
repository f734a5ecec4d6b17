using Perisai.Engine.Containers.Views;
using Perisai.Engine.Definitions.Auxiliary;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Matching.Regex;
using Perisai.Engine.Scanning.Links;

namespace Perisai.Engine.Tests.Scanning.Links;

/// <summary>Parts of the comparison of links; PhishingTests of the command compares the whole with clamscan.</summary>
public sealed class LinkComparisonTests
{
    [Theory]
    [InlineData("HTTP://WWW.Example.COM/Path", "HTTP://www.example.com")]
    [InlineData("http:/ /www.example.com", "http:/")]
    [InlineData("http://a%2ecom/", "http://a.com")]
    [InlineData("http://a%252ecom/", "http://a.com")]
    [InlineData("http://a%00.com/", "http://a\x1.com")]
    [InlineData("http:\\\\a.com\\x", "http://a.com")]
    [InlineData("ado.net", "")]
    [InlineData("x", "")]
    [InlineData("%41.example.com", "A.example.com")]
    public void Real_addresses_are_cleaned(string address, string expected) => Assert.Equal(expected, LinkText.CleanReal(address));

    [Theory]
    [InlineData("see  paypal.com now", "seepaypal.comnow", "see  paypal.com now")]
    [InlineData(" (www.paypal.com/x) ", "www.paypal.com", "(www.paypal.com")]
    [InlineData("&lt;http://a.com&gt;", "http://a.com", "http://a.com")]
    [InlineData("...", "", "...")]
    public void Displayed_addresses_are_cleaned(string address, string expected, string spaced) =>
        Assert.Equal((expected, spaced), LinkText.CleanDisplayed(address));

    [Theory]
    [InlineData(".www.paypal.com", "paypal.com")]
    [InlineData(".www.paypal.co.uk", "paypal.co.uk")]
    [InlineData(".www.paypal.uk", "paypal.uk")]
    [InlineData(".com", ".com")]
    [InlineData(".paypal.com", "paypal.com")]
    public void Domains_are_found(string host, string domain) => Assert.Equal(domain, LinkShape.DomainOf(host));

    [Theory]
    [InlineData("http://u@www.a.com@b.com:80/x", "b.com")]
    [InlineData("mailto:a@b.com", "b.com")]
    [InlineData("www.a.com/x?y@z", "www.a.com")]
    [InlineData("https://", "")]
    public void Hosts_are_found(string address, string host)
    {
        var (start, end) = LinkShape.HostOf(address);
        Assert.Equal(host, address[start..end]);
    }

    [Theory]
    [InlineData("http://www.Bad.example.com/x/y/?z", "bad.example.com/", "example.com/x/", "www.bad.example.com/x/y/", "example.com/x/y/?z")]
    [InlineData("http://u:p@a.b/", "u/")]
    [InlineData("http://u@a.b/", "a.b/")]
    [InlineData("http://a.b/c/../d", "a.b/d")]
    [InlineData("http://a.b/c/./d", "a.b/c/d")]
    [InlineData("http://a.b/%2561", "a.b/a")]
    [InlineData("http://a.b/ \x7f", "a.b/%20%7F")]
    public void Forms_of_addresses_are_made(string address, params string[] forms) => Assert.Empty(forms.Except(CanonicalAddress.FormsOf(address)));

    [Theory]
    [InlineData("http://evil.com/", "www.paypal.com", "SpoofedDomain")]
    [InlineData("http://evil.com/", "see paypal.com", "SpoofedDomain")]
    [InlineData("http://evil.com/", "seepaypal.com", "None")]
    [InlineData("http://evil.com/", "https://paypal.com", "SpoofedSsl")]
    [InlineData("http://evil.com/", "https://other.com", "UnprotectedSsl")]
    [InlineData("http://evil%00.com/", "paypal.com", "CloakedNull")]
    [InlineData("http://evil%00.com/", "other.com", "UnprotectedNull")]
    [InlineData("http://login.paypal.com/", "www.paypal.com", "None")]
    [InlineData("http://evil.com/", "Click here", "None")]
    [InlineData("http://good.com/", "paypal.com", "None")]
    [InlineData("http://a.fine.org/", "x.paypal.com", "None")]
    public void Links_are_compared(string real, string displayed, string verdict)
    {
        var budget = new ByteRegexBudget();
        var comparison = new LinkComparison(
            List([AuxiliaryFields.Host, "paypal.com/", ""]),
            List([AuxiliaryFields.Host, "good.com:paypal.com/", ""], [AuxiliaryFields.Expression, ".+fine\\.org:.+paypal\\.com/", ".com/\npaypal.com/"]));
        Assert.Equal(verdict, comparison.Compare(new PageLink(LinkKind.Anchor, real, displayed), true, true, ref budget).ToString());
    }

    [Fact]
    public void An_expression_that_would_run_for_ever_is_given_up()
    {
        var list = List([AuxiliaryFields.Expression, "(a+)+b/", "b/"]);
        var budget = new ByteRegexBudget { StepsLeft = 1_000_000 };
        Assert.True(list.MatchesExpression("aab/", ref budget));
        for (var i = 0; i < 100 && budget.StepsLeft > 0; i++)
            Assert.False(list.MatchesExpression(new string('a', 5000) + "cb/", ref budget));
        Assert.False(list.MatchesExpression("aab/", ref budget));
        Assert.True(budget.StepsLeft <= 0);
    }

    private static LinkList List(params string[][] fields) =>
        new(fields.Select(entry => new AuxiliaryDefinition(AuxiliaryKind.ProtectedLink, "x", new("x", 1), [.. entry])));
}
