using System.Text;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Logical expressions, counts and modifiers against clamscan.</summary>
public sealed class LogicalExpressionTests
{
    private static readonly string[] s_expressions =
    [
        "0&1&2", "0|1|2", "0&1|2", "0|1&2", "(0&1)|2", "0&(1|2)", "(0|1)&2", "(0&1|2)", "(0|1&2)", "((0|1)&2)", "((0&1)|(1&2))&0",
        "0=0&1&2", "0=1&1&2", "0>1&1&2", "0<2&1&2", "0=2&(1|2)", "0>0&1<1&2=0", "0=0&1=0&2=0", "(0|1|2)=0", "(0|1|2)=1", "(0|1|2)=2", "(0|1|2)>1", "(0|1|2)>2,2",
        "(0|1|2)>1,3", "(0|1|2)>3,1", "(0|1|2)<3", "(0|1|2)<3,1", "(0|1|2)=3,2", "(0&1&2)>3", "(0&1&2)<4", "(0&1&2)=0", "(0&1|2)>2", "(0|1&2)>2", "((0|1)>1)&2", "((0|1)>1,2)&2",
        "((0|1)>1|2)>2", "((0|1)>1|2)>2,2", "(0=0|1=0|2)>0,2", "(0<2|1<2|2)>2,3", "((0&1)|2)>1,2", "(0|1)>1&(1|2)>1", "(0|1)>1|2>2", "0>1,2&1&2", "(((0|1)))&2", "(0&(1|2))=2", "(0&(1|2)>1)>2",
        "0&1&(2=0)", "(0&1)&(2=0)", "0>0&(1=0|2=0)", "(0|1)=0|2", "(0|1)=0&2", "0&1&2>0", "(0&1&2)", "((0&1&2))", "(0|(1|2)=1)=2",
        string.Join('&', Enumerable.Repeat("0&1&2", 60)), string.Join('|', Enumerable.Repeat("0&1|2", 60)),
    ];

    [Fact]
    public void Every_operator_form_holds_where_clamscan_says()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        for (var i = 0; i < s_expressions.Length; i++)
            scan.AddSignature("ldb", $"E{i};Engine:51-255,Target:0;{s_expressions[i]};{Hex("alpha")};{Hex("bravo")};{Hex("gamma")}");
        for (var counts = 0; counts < 64; counts++)
        {
            var text = new StringBuilder("\x01\xFF");
            for (var k = 0; k < 3; k++)
                text.Insert(text.Length, ((string[])["alpha\x01", "bravo\x02", "gamma\x03"])[k], (counts >> (2 * k)) & 3);
            scan.AddFile(Encoding.Latin1.GetBytes(text + "\0\0\0\0\0\0\0\0"));
        }

        ClamScan.AssertAgrees(scan, atLeast: 500);
    }

    [Fact]
    public void Modifiers_match_the_texts_that_clamscan_says()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        string[] modifiers = ["", "::i", "::w", "::a", "::f", "::iw", "::ia", "::if", "::wa", "::wf", "::af", "::iwa", "::iwf", "::iaf", "::waf", "::iwaf"];
        string[] bodies = [Hex("word"), Hex("wo") + "??" + Hex("rd"), Hex("wo") + "{1-3}" + Hex("rd"), Hex("wo") + "*" + Hex("rd"), Hex("wo") + "(72|73)" + Hex("rd"), Hex("wo(ra|s|tuv)rd"), Hex("word") + "6?", Hex("wo") + "{2}" + Hex("rd")];
        for (var m = 0; m < modifiers.Length; m++)
        {
            for (var b = 0; b < bodies.Length; b++)
            {
                scan.AddSignature("ldb", $"M{m}.{b};Engine:51-255,Target:0;0;{bodies[b]}{modifiers[m]}");
                scan.AddSignature("ldb", $"C{m}.{b};Engine:51-255,Target:0;0=2;{bodies[b]}{modifiers[m]}");
            }
        }

        string[] middles = ["word", "WORD", "Word", "woXrd", "worrd", "wosrd", "WOSRD", "wo..rd", "wo...rd", "wo....rd", "worard", "wotuvrd", "worda", "WOTuvrD", "word\x6F", "woXXXXXXXXrd"];
        foreach (var middle in middles)
        {
            foreach (var around in (string[])["{0}", " {0} ", "x{0}x", "x{0} ", " {0}x", "_{0}_", "{0} {0}", "{0}{0}"])
            {
                var text = string.Format(around, middle);
                scan.AddFile(Encoding.Latin1.GetBytes("\x01\xFF" + text + "\x80\0\0\0\0\0\0\0\0"));
                scan.AddFile(Encoding.Latin1.GetBytes("\x01\xFF" + Wide(text) + "\x80\0\0\0\0\0\0\0\0"));
                scan.AddFile(Encoding.Latin1.GetBytes("\x01\xFF" + Wide(text) + "\x80" + text + "\x80\0\0\0\0\0\0\0\0"));
                scan.AddFile(Encoding.Latin1.GetBytes("\x01\xFF\x80\0\0\0\0\0\0\0\0\x80\x80" + Wide(text)));
                scan.AddFile(Encoding.Latin1.GetBytes(Wide(text) + "\x80\0\0\0\0\0\0\0\0\x80"));
            }
        }

        ClamScan.AssertAgrees(scan, atLeast: 500);
    }

    private static string Wide(string text) => string.Concat(text.Select(character => $"{character}\0"));

    private static string Hex(string text) => BodyGrammarTests.Hex(text);
}
