using System.Text;
using Perisai.Engine.Containers.EncodedScript;
using Perisai.Engine.Tests.Languages.ClamAv;

namespace Perisai.Engine.Tests.Containers.EncodedScript;

/// <summary>Encoded scripts in files of their own and in pages; what they decode to was taken from clamscan 1.4.6.</summary>
public sealed class EncodedScriptReaderTests
{
    /// <summary>clamscan decodes it to <see cref="Script"/>.</summary>
    private const string Encoded = "#@~^VgAAAA==-mD~XP{PJ_+^sW,@!8@*ri@#@&b0PvaP@!P*,''PHP@*P{#~`,ls+MO`r@$)$;PF+fr#IP)@#@&z&,NKx+@#@&VRIAAA==^#~@";

    private const string Script = "var x = \"Hello <b>\";\r\nif (x < 5 && y > 7) { alert(\"@ABC 123\"); }\r\n// done\r\n";

    [Fact]
    public void A_file_is_decoded_as_clamscan_decodes_it()
    {
        var sink = EncodedScriptReader.Instance.Read(Encoding.ASCII.GetBytes(Encoded));
        Assert.Equal($"<script>{Script}</script>", Encoding.ASCII.GetString(Assert.Single(sink.Members).Content));
        sink.AssertClean();
        Assert.Equal(Encoded, Encoding.ASCII.GetString(ScriptEncoder.Encode(Encoding.ASCII.GetBytes(Script))));
    }

    [Fact]
    public void Every_character_at_every_step_comes_back()
    {
        byte[] script = [.. Enumerable.Range(0, 128 * 65).Select(n => (byte)(n % 127 + 1))];
        var sink = EncodedScriptReader.Instance.Read([.. ScriptEncoder.Encode(script), .. "\r\n"u8, .. ScriptEncoder.Encode("second"u8)]);
        Assert.Equal([.. "<script>"u8, .. script, .. "\r\nsecond</script>"u8], Assert.Single(sink.Members).Content);
        sink.AssertClean();
    }

    [Fact]
    public void Line_ends_that_were_put_in_do_not_count()
    {
        var sink = EncodedScriptReader.Instance.Read(Encoding.ASCII.GetBytes(Encoded.Insert(30, "\r\n")));
        Assert.Equal($"<script>{Script}</script>", Encoding.ASCII.GetString(Assert.Single(sink.Members).Content));
        sink.AssertClean();
    }

    [Fact]
    public void What_is_cut_is_a_loss_and_a_wrong_sum_a_fault()
    {
        var cut = EncodedScriptReader.Instance.Read(Encoding.ASCII.GetBytes(Encoded[..40]));
        Assert.Equal(EncodedScriptFaults.Cut, Assert.Single(cut.Losses).Id);
        Assert.StartsWith("<script>var x = \"Hello <b>", Encoding.ASCII.GetString(Assert.Single(cut.Members).Content), StringComparison.Ordinal);
        var changed = EncodedScriptReader.Instance.Read(Encoding.ASCII.GetBytes(Encoded.Replace("VRIA", "WRIA", StringComparison.Ordinal)));
        Assert.Empty(changed.Losses);
        Assert.Equal(EncodedScriptFaults.WrongSum, Assert.Single(changed.Faults).Id);
    }

    /// <summary>What clamscan 1.4.6 leaves as nocomment.html; <c>$</c> stands for the encoded script.</summary>
    [Theory]
    [InlineData("<html><head><script language=\"JScript.Encode\">$</script></head><body>Text</body></html>\n",
        "<html><head><script language=\"jscript.encode\"><script language=\"javascript\">#</script></head><body>text</body></html>")]
    [InlineData("<html><script language='VBScript.Encode' type=text/x defer>$</script>",
        "<html><script language=\"vbscript.encode\" type=text/x defer><script language=\"vbscript\" type=\"text/x\" defer>#</script>")]
    [InlineData("<html><SCRIPT type=\"a b\" LANGUAGE=JScript.Encode src=\"Xy\">$</script>",
        "<html><script type=\"a b\" language=jscript.encode src=\"xy\"><script type=\"a b\" language=\"javascript\" src=\"xy\">#</script>")]
    [InlineData("<html><script language=jscript.encode x=>$</script>",
        "<html><script language=jscript.encode x=><script language=\"javascript\" x=\"\">#</script>")]
    [InlineData("<html><script language=jscript.encode language=foo>$</script>",
        "<html><script language=jscript.encode language=foo><script language=\"javascript\" language=\"foo\">#</script>")]
    [InlineData("<html><script language=\"JScript.Encode\">\r\n <!--\n Foo \n$\r\n//--></script><b>x</b>\n",
        "<html><script language=\"jscript.encode\"><script language=\"javascript\"><!--  foo  #//--></script><b>x</b>")]
    [InlineData("<html><script language=\"JScript.Encode\">alert(1);</script><b>x</b>\n",
        "<html><script language=\"jscript.encode\"><script language=\"javascript\">alert(1);</script><b>x</b> ")]
    public void A_page_is_written_as_clamscan_writes_it(string page, string noComments)
    {
        const string Written = "varx=\"hello<b>\";if(x<5&&y>7){alert(\"@abc123\");}//done";
        var sink = new RecordingSink();
        var source = new MemoryByteSource(Encoding.Latin1.GetBytes(page.Replace("$", Encoded, StringComparison.Ordinal)));
        Perisai.Engine.Containers.Views.ViewChoice.For(source)!.Read(source, sink);
        sink.AssertClean();
        Assert.Equal(
            noComments.Replace("#", Written, StringComparison.Ordinal),
            Encoding.Latin1.GetString(sink.Members.Single(member => member.Name == "nocomment.html").Content));
        if (page.Contains('$', StringComparison.Ordinal))
            Assert.Equal(Script, Encoding.Latin1.GetString(sink.Members.Single(member => member.Name == "encoded-script-1").Content));
    }

    [Fact]
    public void A_server_page_is_decoded_behind_its_piece()
    {
        var sink = new RecordingSink();
        var source = new MemoryByteSource(Encoding.Latin1.GetBytes($"<%@ language=JScript.Encode %><html><%{Encoded}%><b>x</b>\n"));
        Perisai.Engine.Containers.Views.ViewChoice.For(source)!.Read(source, sink);
        var view = Encoding.Latin1.GetString(sink.Members.Single(member => member.Name == "nocomment.html").Content);
        Assert.EndsWith("%><b>x</b>var x = \"hello <b>\"; if (x <5 && y>7) { alert(\"@abc 123\"); } // done %><b>x</b>", view, StringComparison.Ordinal);
        Assert.Equal(Script, Encoding.Latin1.GetString(sink.Members.Single(member => member.Name == "encoded-script-1").Content));
    }

    [Fact]
    public void Definitions_see_what_clamscan_shows_them()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan { OpenContainers = true };
        var random = new Random(21);
        for (var i = 0; i < 40; i++)
        {
            var script = Encoding.ASCII.GetBytes(string.Join("\r\n", Enumerable.Range(0, random.Next(3, 900)).Select(n => $"Value{i}x{n} = \"Text {n * 7 % 31} <i>{i}\";")));
            var encoded = ScriptEncoder.Encode(script);
            byte[] page = (i % 4) switch
            {
                0 => encoded,
                1 => [.. encoded, .. "\r\nrest of the file\r\n"u8],
                2 => [.. "<html><script language=\"VBScript.Encode\">"u8, .. encoded, .. "</script><p>End</p></html>"u8],
                _ => [.. "<html><body><P>Some Text</P><script language=JScript.Encode>\r\n<!--\r\n"u8, .. encoded, .. "//--></script> more <b>Text</b>"u8],
            };
            scan.AddFile(page);
            // The script as it was is seen by us alone: clamscan matches no page but its views.
            foreach (var target in new[] { 0, 3, 4, 7 })
            {
                scan.AddSignature("ndb", $"Lower.{i}.{target}:{target}:*:{Hex($"value{i}x1=\"text 7 <i>{i}\";")}");
                scan.AddSignature("ndb", $"View.{i}.{target}:{target}:*:{Hex($"value{i}x1=\"text7<i>{i}\";")}");
                scan.AddSignature("ndb", $"Far.{i}.{target}:{target}:*:{Hex($"value{i}x250=\"text")}");
            }
        }

        ClamScan.AssertAgrees(scan, atLeast: 60);

        static string Hex(string text) => Convert.ToHexStringLower(Encoding.ASCII.GetBytes(text));
    }
}
