using System.Text;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Regular-expression subsignatures against clamscan: flags, triggers, offsets and counts.</summary>
public sealed class RegexSubsignatureTests
{
    private static readonly string[] s_regexes =
    [
        "0/ab+c/", "0/ab+c/i", "0/^ab+c/", "0/^ab+c/m", "0/ab.c/", "0/ab.c/s", "0/ab c # comment/x", "0/mark/A", "0/ab+c/A", "0/abc$/", "0/abc$/E", "0/abc$/m",
        "0/a(.*)c.d/U", "0/(a.+?)c/sU", "0/ab+c/g", "0/[a-c]{3}/g", "0/\\x61\\x62/", "0/a\\/b/", "0/ab;c/", "0/ab:c/", "0/(?i)abc/", "0/abc/ims", "0/(?=ab)a(?!bd)b/",
        "0/\\babc\\b/", "(0&1)/ab+c/", "0>1/ab+c/", "1/ab+c/", "0&1>0/ab+c/", "0=0/ab+c/", "0/[\\x80-\\xff]+abc/", "0/a|b|c/g", "0/abc/r", "0/abc/e", "0/(b)\\1c/",
    ];

    private static readonly string[] s_offsets = ["", "0:", "6:", "7:", "0,8:", "7,4:", "7,1:", "EOF-12:", "EOF-20,10:", "3,100:", "1000:", "7,3:"];

    private static readonly string[] s_texts =
    [
        "abc", "abbbbc", "ABC", "ABBC", "ab\nc", "abc\n", "abc\nd", "x\nabc", "abcmark", "a..c.d..c.d", "abcabcabc", "a/b", "ab;c", "ab:c", "abd", "zabcz", "z abc z",
        "\x80\x90abc", "second abbc", "mark second abbc", "bbc", "cab", "\0\0abc", "abcabbcabbbc", "xxabcxx", "xxxxabc", "xxxxxxxxxxxxxxabc",
    ];

    [Fact]
    public void Regexes_match_the_texts_that_clamscan_says()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        for (var i = 0; i < s_regexes.Length; i++)
        {
            var mark = Encoding.Latin1.GetBytes("mark");
            var subsignatures = $"{Convert.ToHexStringLower(mark)};{BodyGrammarTests.Hex("second")};{s_regexes[i]}";
            scan.AddSignature("ldb", $"R{i};Engine:81-255,Target:0;(0|1)&2;{subsignatures}");
            scan.AddSignature("ldb", $"T{i};Engine:81-255,Target:0;(0|1)&2>1;{subsignatures}");
            scan.AddSignature("ldb", $"H{i};Engine:81-255,Target:0;(0|1)&2>2;{subsignatures}");
            scan.AddSignature("ldb", $"N{i};Engine:81-255,Target:0;(0|1)&2=0;{subsignatures}");
        }

        AddTexts(scan);
        ClamScan.AssertAgrees(scan, atLeast: 1000);
    }

    [Fact]
    public void Offsets_of_regexes_are_counted_as_clamscan_does()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        var number = 0;
        foreach (var offset in s_offsets)
        {
            foreach (var flags in (string[])["", "g", "r", "e", "ge", "re", "gre", "A", "m", "gm"])
            {
                foreach (var expression in (string[])["abc", "a.*c", "^abc", "abc$", "c(?<=abc)"])
                {
                    var line = $";0&1;6d61726b;{offset}0/{expression}/{flags}";
                    scan.AddSignature("ldb", $"O{number};Engine:81-255,Target:0{line}");
                    scan.AddSignature("ldb", $"P{number++};Engine:81-255,Target:0{line.Replace("0&1;", "0&1>1;")}");
                }
            }
        }

        AddTexts(scan);
        ClamScan.AssertAgrees(scan, atLeast: 1000);
    }

    [Fact]
    public void Modifiers_reach_regexes_as_in_clamscan()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        foreach (var modifiers in (string[])["i", "f", "a", "if", "ia", "iaf"])
        {
            scan.AddSignature("ldb", $"M{modifiers};Engine:81-255,Target:0;0&1;6d61726b;0/ab+c/::{modifiers}");
            scan.AddSignature("ldb", $"G{modifiers};Engine:81-255,Target:0;0&1>1;6d61726b;0/ab+c/g::{modifiers}");
        }

        AddTexts(scan);
        ClamScan.AssertAgrees(scan, atLeast: 100);
    }

    private static void AddTexts(ClamScan scan)
    {
        foreach (var text in s_texts)
        {
            scan.AddFile(Encoding.Latin1.GetBytes("mark\xFF\x01\x80" + text + "\0\0\0\0\0\0\0\0"));
            scan.AddFile(Encoding.Latin1.GetBytes("\0\0\0\0\0\0\0\0\x80mark\x80mark\x80" + text));
            scan.AddFile(Encoding.Latin1.GetBytes("\0\0\0\0\0\0\0\0\x80" + text + "\x80" + text + "mark"));
            scan.AddFile(Encoding.Latin1.GetBytes(text + "\0\0\0\0\0\0\0\0\x80" + "second" + "\x80" + text + "mark" + text));
        }
    }
}
