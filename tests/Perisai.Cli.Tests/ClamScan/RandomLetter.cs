using System.Text;

namespace Perisai.Cli.Tests.ClamScan;

/// <summary>Letters with links in every shape in which a page can hold one, honest ones and others. The same numbers make the same letters.</summary>
internal sealed class RandomLetter(int seed)
{
    private static readonly string[] s_hosts =
    [
        "paypal.com", "ebay.co.uk", "bank.de", "evil.com", "foo.example.com", "192.0.2.1", "good.org", "a.b.c.d.net", "x.com.br", "mil", "paypal.com.evil.com", "xn--80akhbyknj4f",
    ];

    private static readonly string[] s_subdomains = ["", "www.", "login.", "a-b.", "WWW.", ".", "x..", "my_"];

    private static readonly string[] s_schemes =
    [
        "http://", "http://", "http://", "http://", "https://", "https://", "https://", "", "", "", "ftp://", "HTTP://", "http:", "mailto:", "http:/", "https:", "://", "http:///", "mailto://",
        "htp://", "javascript:",
    ];

    // clamscan ends with a failed assertion where a path ends in /../ before any name.
    private static readonly string[] s_tails =
        ["", "/", "/x", "/x?y=1", "?q", "#f", ":80/", "/a/../b", "/a/./b", "%00", "%20", "&amp;x", "/x y", ".", "..", "\\x", "/1/2/3/4/5/6?7"];

    private static readonly string[] s_users = ["", "", "", "", "", "user@", "www.paypal.com@", "a:b@", "%01@"];

    private static readonly string[] s_inserted =
        ["%2e", "%70", "%2570", "&#112;", "&#46;", "\u3002", "%", "&", "<", ">", "\"", "'", ";", " ", "\t", "\n", "\r\n", "%00", "&#0;", "\u00e9", "&eacute;", "&#112"];

    private static readonly string[] s_texts =
    [
        "{0}", "{0}", "{0}", " {0} ", "see {0}", "{0} now", "({0})", "&lt;{0}&gt;", "<b>{0}</b>", "\"{0}\"", "w w w . {0}", "Click {0} here", "{0}.", "\n{0}\n", "&nbsp;{0}", "<!-- c -->{0}", "x{0}",
        "{0}; or else", "p<i>{0}</i>q", "<script>x</script>{0}", "{0}<br> more",
    ];

    private static readonly string[] s_pages = ["<html><body>{0}<br>x</body></html>", "{0}", "<p>{0}</p>\n", "Hello\n{0}\n\nBye", "<style>a</style>{0}"];

    private readonly Random _random = new(seed);

    /// <summary>A letter of one text, or of several parts.</summary>
    public byte[] Next()
    {
        var body = Format(Pick(s_pages), Link());
        var type = Pick(["text/html", "text/html", "text/plain", "multipart"]);
        var content = type == "multipart" ? Multipart(body) : $"Content-Type: {type}; charset=utf-8\n{Encoded(body)}";
        return Encoding.UTF8.GetBytes(
            $"From: a@b.example\nTo: c@d.example\nSubject: x\nDate: Mon, 1 Jan 2024 00:00:00 +0000\nMIME-Version: 1.0\n{content}\n");
    }

    private string Multipart(string body)
    {
        var part = Pick(["text/html", "text/html", "text/plain", "text/enriched"]);
        var disposition = Pick(["", "", "Content-Disposition: inline\n", "Content-Disposition: attachment; filename=\"a.htm\"\n"]);
        var kind = Pick(["alternative", "mixed", "related"]);
        return $"Content-Type: multipart/{kind}; boundary=\"=b=\"\n\n--=b=\nContent-Type: text/plain\n\nplain\n--=b=\nContent-Type: {part}; charset=utf-8\n{disposition}{Encoded(body)}\n--=b=--\n";
    }

    /// <summary>The end of a header and the body, as it is or encoded.</summary>
    private string Encoded(string body) => _random.Next(4) switch
    {
        0 => $"Content-Transfer-Encoding: base64\n\n{Convert.ToBase64String(Encoding.UTF8.GetBytes(body), Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\n")}\n",
        1 => $"Content-Transfer-Encoding: quoted-printable\n\n{string.Concat(Encoding.UTF8.GetBytes(body).Select(Quoted))}\n",
        _ => $"\n{body}\n",
    };

    private static string Quoted(byte value) => value is >= 33 and <= 126 and not (byte)'=' or (byte)' ' or (byte)'\n' ? ((char)value).ToString() : $"={value:X2}";

    private string Link()
    {
        var address = Address();
        var text = Format(Pick(s_texts), Address());
        return _random.Next(20) switch
        {
            < 12 => $"<a href={Quote(address)}>{text}</a>",
            < 14 => $"<a href={Quote(address)} title={Quote(Address())}>{text}</a>",
            < 16 => $"<a href={Quote(address)}><img src={Quote(Address())}>{(_random.Next(2) == 0 ? "" : text)}</a>",
            16 => $"<form action={Quote(address)}><a href={Quote(Address())}>{text}</a></form>",
            17 => $"<a href={Quote(address)}><{Pick(["iframe src", "area href", "img dynsrc"])}={Quote(Address())}></a>",
            18 => $"<a href={Quote(address)}>{text}<a href={Quote(Address())}>{Address()}</a></a>",
            // clamscan does not see an encrypted address in a text: docs/clamav.md.
            _ => $"{address} {Address()}".Replace("https", "http", StringComparison.OrdinalIgnoreCase),
        };
    }

    private string Address()
    {
        var host = Pick(s_subdomains) + Pick(s_hosts);
        if (_random.Next(8) == 0)
            host = host.Insert(_random.Next(host.Length), Pick(s_inserted));
        return Pick(s_schemes) + Pick(s_users) + host + Pick(s_tails);
    }

    private string Quote(string value) => Pick(["\"", "\"", "'", ""]) is var quote ? quote + value + quote : value;

    private string Pick(string[] items) => items[_random.Next(items.Length)];

    private static string Format(string form, string value) => form.Replace("{0}", value, StringComparison.Ordinal);
}
