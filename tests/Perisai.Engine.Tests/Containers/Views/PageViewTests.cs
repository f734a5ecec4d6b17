using System.Text;
using Perisai.Engine.Containers.Views;
using Perisai.Engine.Tests.Languages.ClamAv;

namespace Perisai.Engine.Tests.Containers.Views;

/// <summary>The views of pages: their bytes, which were taken from clamscan, which texts are pages, and what definitions find in them.</summary>
public sealed class PageViewTests
{
    /// <summary>What clamscan 1.4.6 leaves as nocomment.html and notags.html, behind what comes of the tag html before it.</summary>
    [Theory]
    [InlineData("Text  More\n\tEND  ", "text more end", "text more end ")]
    [InlineData("a<b>Bold</B> c< d >e<1>f<>g</>h", "a<b>bold</b>c<d>e<1>f<>g</>h", "a bold c e f g h")]
    [InlineData("<P CLASS=Foo id=\"Bar Baz\" x='Q \"q\" Q' y>para</P>", "<p class=foo id=\"bar baz\" x=\"q \"q\" q' y>para</p>", "para ")]
    [InlineData("<img src = \"A B\" ALT=x/>after<br/>x<br />y", "<img src=\"a b\" alt=x/>after<br/>x<br />y", "A B after x y")]
    [InlineData("a<!-- Comm > ent -->b<!---->c<!DOCTYPE Foo \"Bar\">d", "aent -->bcd", "a ent -->b c d")]
    [InlineData("&lt;&amp;&nbsp;&eacute;&euro;&#65;&#x42;&#68 &foo;&LT;&apos;", "<&\u00a0\u00e9&#x20ac;abD &foo;&lt;'", "")]
    [InlineData("&#0;&#254;&#255;&#65536;&#65601;&#;&#x ;", "\0\u00fe&#x00ff;A\0\0 ;", ";")]
    [InlineData("<a href=\"HTTP://Foo/%41?x&amp;y\">L</a>M<a name=q href=N>", "<a href=\"http://foo/%41?x&y\">l</a>m<a name=q href=n>", "HTTP://Foo/%41?x&y l m ")]
    [InlineData("<b foo=bar baz= qux=\"\"  =y ==z \"w\" a\"b c'd>t", "<b foo=bar baz=qux=\"\"=y==z \"w\" a\"b c'd>t", "t")]
    [InlineData("<b c=\"d\"e='f'>g", "<b c=\"d\" e=\"f\">g", "g")]
    [InlineData("<b c=\"a &lt; b &gt; d\"e>g", "<b c=\"a < b &gt; d\"e>g", "g")]
    [InlineData("<style>P { Color: 'Red' }</style> z", "<style>p{color:\"red\"}</style>z", "z")]
    [InlineData("<script>if (a < b) { X = '</b>' }</SCRIPT> z", "<script>if(a<b){x=\"</b>\"}</script>z", "z")]
    [InlineData("<script>a</script >z", "<script>a</script>z", ">z")]
    [InlineData("A\u00ff\u00feB \u00e9 \u00e3\u0080\u0082c\u00a1Cd", "a\u00ff\u00feb \u00e9 .c.\0d", "a\u00ff\u00ffb \0.c.\0d")]
    [InlineData("one\rtwo\r\nthree \r four<a href=\"x\ry z\">\rfive</a\r><b\rc=d>e&am\rp;f<script>var a\rb</script>g",
        "onetwo three four<a href=\"xy z\">five</a><bc=d>e&f<script>varab</script>g", "onetwo three four xy z five e f g")]
    [InlineData("x <", "x <", "x ")]
    [InlineData("x &amp", "x &", "x ")]
    [InlineData("<a href=\"data:a/b,Q\" c>D", "<a href=\"data\"c>d", "d")]
    public void A_page_is_written_as_clamscan_writes_it(string page, string noComments, string noTags)
    {
        var members = Read(Encoding.Latin1.GetBytes("<html>" + page)).Members;
        Assert.Equal("<html>" + noComments, TextOf(members, "nocomment.html"));
        Assert.Equal(" " + noTags, TextOf(members, "notags.html"));
    }

    [Fact]
    public void Data_addresses_are_members()
    {
        const string Page = "<html><a href=\"data:text/html;base64,SGVsbG8gV29ybGQhIQ==\"><img src='data:,A%42%43'><i x=data:a/b;BASE64,TVo=>y";
        var members = Read(Encoding.Latin1.GetBytes(Page)).Members;
        Assert.Equal("Hello World!!", TextOf(members, "data-1"));
        Assert.Equal("ABC", TextOf(members, "data-2"));
        Assert.Equal("MZ", TextOf(members, "data-3"));
    }

    [Fact]
    public void The_page_among_ClamAVs_test_files_holds_a_program()
    {
        const string Folder = "/usr/share/clamav-testfiles/";
        Assert.SkipUnless(File.Exists(Folder + "clam.exe.html"), "clamav-testfiles is not installed");
        var data = Read(File.ReadAllBytes(Folder + "clam.exe.html")).Members.Single(member => member.Name == "data-1");
        Assert.Equal(File.ReadAllBytes(Folder + "clam.exe"), data.Content);
    }

    [Theory]
    [InlineData("<html>", true)]
    [InlineData("<hTml>", false)]
    [InlineData("<html lang=x>", false)]
    [InlineData("<!DOCTYPE html>", false)]
    [InlineData("<Script", true)]
    [InlineData("<a name=foo hREF=x", true)]
    [InlineData("<ab href=x", false)]
    public void Marks_show_a_page(string mark, bool isPage)
    {
        foreach (var before in new[] { "", "some text ", new string('x', 5000) })
        {
            var views = Read(Encoding.Latin1.GetBytes(before + mark + " and more text")).Members.Select(member => member.Name).ToList();
            Assert.Equal(isPage ? ["nocomment.html", "notags.html"] : ["normalized"], views);
        }

        var wide = Read([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(mark + " More")]).Members;
        Assert.Equal(isPage, wide.Exists(member => member.Name == "nocomment.html" && Encoding.Latin1.GetString(member.Content).EndsWith("more", StringComparison.Ordinal)));
    }

    [Fact]
    public void Limits_leave_views_out()
    {
        var page = Encoding.ASCII.GetBytes("<html>some text</html>");
        Assert.Equal(2, Read(page).Members.Count);
        Assert.Equal("nocomment.html", Assert.Single(Read(page, ScanLimits.Default with { MaxPageWithoutTags = 10 }).Members).Name);
        Assert.Empty(Read(page, ScanLimits.Default with { MaxNormalizedPage = 10 }).Members);
    }

    [Fact]
    public void Scripts_that_are_too_long_are_said_to_be()
    {
        var packed = "eval(function(p,a,c,k,e,d){return p}('" + string.Concat(Enumerable.Repeat("0 ", 100)) + "',10,1,'" + new string('w', 100_000) + "'.split('|'),0,{}))";
        foreach (var script in new[] { new string('a', 5 << 20), string.Concat(Enumerable.Repeat("a<b;", 1 << 20)), packed })
        {
            var said = Assert.Single(Read(Encoding.ASCII.GetBytes($"<html><script>{script}</script>")).NotScanned);
            Assert.Equal((NotScannedReason.OverBudget, "javascript"), (said.Reason, said.Name));
        }

        Assert.Empty(Read(Encoding.ASCII.GetBytes($"<html><script>{packed.Replace(new string('w', 100_000), "word", StringComparison.Ordinal)}</script>")).NotScanned);
    }

    [Fact]
    public void Definitions_see_what_clamscan_shows_them()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan { OpenContainers = true };
        var random = new Random(8);
        var digests = new HashSet<string>();
        var pages = Enumerable.Range(0, 60).Select(_ => RandomPage.Make(random)).ToList();
        for (var i = 0; i < pages.Count; i++)
        {
            var page = pages[i];
            byte[] bytes = (i % 6) switch
            {
                0 => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(page)],
                1 => Encoding.Latin1.GetBytes(new string('t', 2000) + page),
                _ => Encoding.Latin1.GetBytes(page),
            };
            scan.AddFile(bytes);
            foreach (var member in Read(bytes).Members.DistinctBy(member => member.Name).Where(member => member.Content.Length > 40))
            {
                var part = member.Content.AsSpan(random.Next(member.Content.Length - 30), 24);
                var hex = Convert.ToHexStringLower(part);
                // What stands in a page as it is in its view is found here with definitions for any object, and not there.
                var text = Encoding.Latin1.GetString(part);
                foreach (var target in pages.Exists(other => other.Contains(text, StringComparison.Ordinal)) ? [3, 4, 7] : new[] { 0, 3, 4, 7 })
                    scan.AddSignature("ndb", $"{member.Name.Replace('.', '-')}.{i}.{target}:{target}:*:{hex}");
                scan.AddSignature("ldb", $"{member.Name.Replace('.', '-')}.{i}.Size;Engine:81-255,Target:3,FileSize:{member.Content.Length}-{member.Content.Length};0;{hex}");
                // clamscan reports one name of those that a digest has.
                var digest = Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(member.Content));
                if (digests.Add(digest))
                    scan.AddSignature("hdb", $"{digest}:{member.Content.Length}:{member.Name.Replace('.', '-')}.{i}.Digest");
            }
        }

        ClamScan.AssertAgrees(scan, atLeast: 300);
    }

    /// <summary>Runs of words are written at once; beside them, the same page byte by byte, over several of clamscan's chunks.</summary>
    [Fact]
    public void Runs_are_written_as_single_bytes_are()
    {
        var random = new Random(9);
        for (var round = 0; round < 60; round++)
        {
            var page = new StringBuilder();
            while (page.Length < 30_000)
            {
                page.Append(RandomPage.Make(random));
                for (var words = random.Next(round * 10); words > 0; words--)
                    page.Append(' ', random.Next(3)).Append("A Word 'quoted' word\r\nAnd\u0001\0More\u00e9"[..random.Next(3, 32)]);
                page.Append(random.Next(4) == 0 ? "<script>" : "");
            }

            var bytes = Encoding.Latin1.GetBytes(page.ToString());
            Assert.Equal(Normalize(bytes, 1), Normalize(bytes, bytes.Length));
        }

        static string Normalize(byte[] page, int step)
        {
            var sink = new RecordingSink();
            var parts = new Parts();
            using var noComments = new ViewWriter(sink.Budget, true);
            using var noTags = new ViewWriter(sink.Budget, true);
            var normalizer = new PageNormalizer(noComments, noTags, parts);
            for (var at = 0; at < page.Length; at += step)
                normalizer.Write(page.AsSpan(at, Math.Min(step, page.Length - at)));
            normalizer.End();
            noComments.HandOn(new("a"), sink);
            noTags.HandOn(new("b"), sink);
            return $"{TextOf(sink.Members, "a")}|{TextOf(sink.Members, "b")}|{parts.Text}";
        }
    }

    private sealed class Parts : IPageParts
    {
        public StringBuilder Text { get; } = new();

        public void BeginData(ReadOnlySpan<byte> type) => Text.Append("[data]");

        public void AddData(byte value) => Text.Append((char)value);

        public void EndData() => Text.Append("[end]");

        public void BeginScript() => Text.Append("[script]");

        public void AddScript(byte value) => Text.Append((char)value);

        public void EndScript() => Text.Append("[end]");

        public void BeginDecoded() => Text.Append("[decoded]");

        public void AddDecoded(byte value) => Text.Append((char)value);

        public void EndDecoded(bool isWhole, bool isIntact) => Text.Append("[end]");
    }

    private static RecordingSink Read(byte[] page, ScanLimits? limits = null)
    {
        var sink = new RecordingSink(limits);
        var source = new MemoryByteSource(page);
        ViewChoice.For(source)!.Read(source, sink);
        return sink;
    }

    private static string TextOf(IEnumerable<RecordingSink.Entry> members, string name) =>
        Encoding.Latin1.GetString(members.Single(member => member.Name == name).Content);
}
