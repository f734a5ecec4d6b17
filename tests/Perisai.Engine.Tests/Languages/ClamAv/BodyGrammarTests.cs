using System.Text;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Every construct of the body grammar, on texts that it matches and texts that it nearly matches, against clamscan.</summary>
public sealed class BodyGrammarTests
{
    // Left out, for nothing can be compared: ClamAV 1.4.6 crashes on tests that take a byte before the bytes by which a part is found, as
    // !(B) at a left edge, and on alternatives of which one begins another before further bytes, ab(c|cd)xy; of bodies that differ in
    // nothing but the numbers between brackets it searches the first only; and where the file ends within a body of variable length it takes
    // what is there for the whole.
    /// <summary>Bodies, in ASCII but for what stands between angle brackets, which is taken as it is.</summary>
    private static readonly string[] s_bodies =
    [
        "abcdef", "abc<??>def", "abc<?4>ef", "abc<6?>ef", "<??>abc", "abc<??>", "<????>abcd<????>",
        "abc<*>xyz", "ab<*>cd<*>ef", "abc<{3}>xyz", "abc<{1}>xyz", "abc<{127}>xyz", "abc<{128}>xyz", "abc<{0}>xyz", "abc<{2-4}>xyz",
        "abc<{-3}>xyz", "abc<{3-}>xyz", "abc<{0-0}>xyz", "abc<{2-0}>xyz", "abc<{-}>xyz", "abc<{}>xyz", "ab<{2-4}>cd<{1}>ef", "ab<{1}>cd<{2-4}>ef",
        "ab<{300-400}>cd", "ab<{0-1000}>cd<*>ef", "a<[2-4]>xyz", "xyz<[2-4]>a", "a<[1-3]>xyz<[0-2]>b", "c<[3]>xyz", "x<[0-0]>abc", "<6?[1-2]>xyz",
        "<??[1-2]>xyz", "a<[1-2]>xy<*>cd<[1-2]>b", "a<[1-2]>xy<{2-3}>cd<[1-2]>b",
        "ab(c|d)ef", "ab(c|d|x)", "(c|d)ab", "ab!(c|d)ef", "ab!(c)ef", "ab(cd|ef)gh", "ab!(cd|ef)gh", "!(cd|ef)gh", "gh!(cd|ef)", "ab(c|de|fgh)xy",
        "ab(c<??>|d)xy", "ab(c(d|e)f|g)xy", "ab((c|d)(e|f)|g)xy", "ab(c|)xy", "ab(c||dd)xy", "ab(c|cd)(d|e)xy", "xyz(c|cd|cde)",
        "(a|b)(c|d)xyz", "ab(<6?>|x)yz", "ab(c<{2}>d|e)xy", "(ab)cd", "ab(cd)",
        "(B)abc", "abc(B)", "(B)abc(B)", "abc!(B)", "ab(B)cd", "ab!(B)cd", "(L)abc", "abc(L)", "ab(L)cd", "ab!(L)cd", "abc!(L)",
        "(W)abc", "abc(W)", "ab(W)cd", "ab!(W)cd", "abc!(W)", "(L)abc<*>xyz(L)", "abc(B)<*>(B)xyz",
        "abc(L)<{1-3}>(L)xyz", "(W)ab<[1-2]>c", "a<[1-2]>(W)bc", "a<[1-2]>(B)bcd",
    ];

    private static readonly string[] s_texts =
    [
        "abcdef", "abcXdef", "abcdefabcdef", "abc", "xyz", "abcxyz", "abc.xyz", "abc..xyz", "abc...xyz", "abc....xyz", "abc.....xyz", "xyzabc",
        "ab.cd..ef", "ab..cd.ef", "abcd.ef", "ab...cd.ef", "abXcd..ef", "abXcd...ef", "ab.....cd.ef", "a.xyz", "a..xyz", "a...xyz", "a....xyz", "a.....xyz",
        "axyz", "xyza", "xyz.a", "xyz..a", "xyz...a", "xyz....a", "xyz.....a", "aXxyzb", "a.xyz.b", "a..xyz...b", "axyz.b", "abcef", "abdef", "abxef", "abcdgh", "abefgh",
        "abxxgh", "abcxgh", "ghcd", "ghce", "gh", "ghc", "cdgh", "xdgh", "abcxy", "abdexy", "abfghxy", "abcdxy", "abcdexy", "abc.xy", "abdxy", "abcdfxy", "abcefxy", "abgxy", "abcexy",
        "abdfxy", "abxy", "abcddxy", "abcdexy", "abccexy", "cxyz", "cdxyz", "cdexyz", "exyz", "xyzc", "xyzcd", "xyzcde", "xyze", "acxyz", "adxyz", "bdxyz", "bexyz",
        "aboyz", "abxyz", "abpyz", "abcXYdxy", "abexy", "abcd", " abc", " abc ", "-abc-", "_abc_", "xabcx", "abc x", "x abc", ".abc.", "<abc>", "@abc=", "\"abc\"", "'abc'", "\nabc\n",
        "x\nabc\nx", "x\r\nabc\r\nx", "\rabc\r", "abc\r", "abc\r\n", "ab\ncd", "ab\r\ncd", "ab\rcd", "ab cd", "abxcd", "ab/cd", "ab.cd", "ab,cd", "ab-cd", "ab1cd", "ab\0cd", "abc\nxyz", "abc\n\nxyz",
        "abc\n.\nxyz", "\nabc..xyz\n", "abc xyz", "abc  xyz", "abc . xyz", "abc\n..\nxyz", "abc1", "1abc", "+abc+", "zabc1", "a.xyq.cdb", "a.xy..cd.b", "a.xy...cd..b", "a.xy.cd.b",
        "a.bcd", "a- bcd", "a. bcd", "a.. bcd", "ab.c", "+ab.c", "+ab..c", "xab.c", " \nabc", "\n abc", "abc+ ", "abc +", "a. bc", "a+bc", "a.+bc",
    ];

    [Fact]
    public void Every_construct_matches_the_texts_that_clamscan_says()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        for (var i = 0; i < s_bodies.Length; i++)
            scan.AddSignature("ndb", $"B{i}:0:*:{Hex(s_bodies[i])}");
        foreach (var text in s_texts)
        {
            // A byte that makes it no text comes first, so that nothing is normalised; and some are padded at the end, some not.
            scan.AddFile(Encoding.Latin1.GetBytes(text + "\0\0\0\0\0\0\0\0"));
            scan.AddFile(Encoding.Latin1.GetBytes("\x01\x02\xFF\xFE\xFE" + text));
            scan.AddFile(Encoding.Latin1.GetBytes("\x01\x02\xFF\xFE" + text + "\xFE\xFE\x01\x80\xFE\xFE\x01\x80"));
            scan.AddFile(Encoding.Latin1.GetBytes("\x01\x02\xFF\xFE" + text + "\xFE" + text + "\xFE"));
        }

        foreach (var distance in (int[])[1, 2, 126, 127, 128, 129, 299, 300, 350, 400, 401, 1000, 1001])
            scan.AddFile(Encoding.Latin1.GetBytes("\x01\x02\xFF\xFE" + "abc" + new string('\x01', distance) + "xyz" + new string('\x01', distance) + "cd__ef"));
        ClamScan.AssertAgrees(scan, atLeast: 500);
    }

    /// <summary>ASCII to hexadecimal; parentheses, bars and marks stay, and so does what stands between angle brackets.</summary>
    internal static string Hex(string body)
    {
        var output = new StringBuilder();
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] == '<' && body.IndexOf('>', i) is var end && end > 0)
            {
                output.Append(body.AsSpan(i + 1, end - i - 1));
                i = end;
            }
            else if (body[i] is '(' or ')' or '|' or '!')
            {
                output.Append(body[i]);
                if (body[i] == '(' && body[i + 1] is 'B' or 'L' or 'W' && body[i + 2] == ')')
                    output.Append(body[++i]);
            }
            else
            {
                output.Append($"{(int)body[i]:x2}");
            }
        }

        return output.ToString();
    }
}
