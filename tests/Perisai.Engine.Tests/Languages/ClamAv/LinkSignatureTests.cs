using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.ClamAv;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Lines about links (.pdb, .wdb, .gdb), beside clamscan.</summary>
public sealed class LinkSignatureTests
{
    private const string Digest = "000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f";

    public static TheoryData<string, string> Lines()
    {
        var data = new TheoryData<string, string>();
        foreach (var line in (string[])
        [
            "H:a.com", "M:a.com:b.com", "X:.+a:.+b", "Y:a:b", "R:.+:.+", "R:.+:.+com", "R:a:b*", "R:.+", "R:abc", "X:abc", "X:.+", "H:", "M:", "H", "Hpaypal.com", "Hxx:a.com",
            "R001:.+a:.+b", "H:a.com:1-2", "H:a.com:1-", "H:a.com:300-", "H:a.com:17", "H:a.com:-5", "H:a.com:-999", "H:a.com:1-255", "M:a.com:b.com:1-255", "R(:a", "R:(:a",
            "R:[:a", "X:[:a", "R:a{2}:b", "R:a{:b", "R:(a|b:c", "R::", "R:", "S:P:01020304", "S:P:zz", "S:P:", "S:X:00", "Z:x", "X:a:b", "H:a",
            @"R:.+\.a\.com([/?].*)?:.+\.b\.com([/?].*)?", @"X:.+\.a\.com([/?].*)?:.+\.b\.com([/?].*)?", @"X:a:.+\.(com|d*)", @"X:a:.+\.(com|de|[a-p]x|[^a]y)", "X:a:b[a-z]", "X:a:b[a-p]",
            "X:a:b+", "X:a:(bc)+", "X:a:b?c", "X:a:(b|c*)d",
            $"S:F:{Digest}", $"S1:F:{Digest}", $"S2:F:{Digest}", $"S3:F:{Digest}", $"SX:F:{Digest}", $"S:W:{Digest}", $"S:F:{Digest[..^1]}", $"S:F:{Digest}:1-2", "S:F:",
        ])
        {
            foreach (var kind in (string[])["pdb", "wdb", "gdb"])
                data.Add(kind, line);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Are_refused_where_clamscan_refuses_them(string kind, string line)
    {
        ClamScan.SkipWithoutIt();
        var (errors, _) = Build(kind, line);
        Assert.Equal(ClamScan.Loads(kind, line), errors == 0);
    }

    [Theory]
    [InlineData("pdb", "H:a.com", 1)]
    [InlineData("pdb", "R:.+a:.+b", 1)]
    [InlineData("gdb", "H:a.com", 1)]
    [InlineData("pdb", "H:a.com:300-", 0)]
    [InlineData("gdb", "S:P:01020304", 1)]
    [InlineData("gdb", "S1:F:" + Digest, 1)]
    [InlineData("gdb", "S:W:" + Digest, 1)]
    [InlineData("wdb", "X:.+a:.+b", 0)]
    [InlineData("wdb", "M:a.com:b.com", 0)]
    [InlineData("wdb", "S:W:" + Digest, 0)]
    public void Are_counted_as_clamscan_counts_known_viruses(string kind, string line, int count)
    {
        Assert.Equal((0, count), Build(kind, line));
        ClamScan.SkipWithoutIt();
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File($"x.{kind}"), line + "\n");
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("clamscan", ["-d", directory.File($"x.{kind}"), directory.File($"x.{kind}")]) { RedirectStandardOutput = true })!;
        Assert.Contains($"Known viruses: {count}\n", process.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pdb", "Z:x", ClamAvLinkFaults.Letter, 1)]
    [InlineData("pdb", "R:(:a", ClamAvLinkFaults.Expression, 3)]
    [InlineData("wdb", "X:.+", ClamAvLinkFaults.Ending, 3)]
    [InlineData("wdb", "M:", ClamAvLinkFaults.Host, 3)]
    [InlineData("gdb", "S:F:01", ClamAvLineFaults.Digest, 5)]
    [InlineData("pdb", "H", ClamAvLineFaults.FieldCount, 2)]
    public void Diagnostics_say_what_is_wrong_and_where(string kind, string line, string id, int column)
    {
        var list = new DefinitionList();
        (kind == "wdb" ? (Action<string>)Allowed : Protected)(line);
        var diagnostic = Assert.Single(list.Diagnostics);
        Assert.Equal((id, 7, column), (diagnostic.Id, diagnostic.Line, diagnostic.Column));

        void Allowed(string text) => LinkSignature.ParseAllowed(text, new($"x.{kind}", 7), DefinitionFlags.None, list);
        void Protected(string text) => LinkSignature.ParseProtected(text, new($"x.{kind}", 7), DefinitionFlags.None, list);
    }

    [Theory]
    [InlineData("abc/", "abc/")]
    [InlineData(".+\\.a\\.com/", ".a.com/")]
    [InlineData("x(com|de)/", "xcom/ xde/")]
    [InlineData("[ab]c/", "ac/ bc/")]
    [InlineData("b+/", "b/")]
    [InlineData("a?b/", "b/")]
    [InlineData("x(y|z*)d/", "xyd/ d/")]
    [InlineData("a{2}b/", "b/")]
    [InlineData("[[:alpha:]]b/", "b/")]
    [InlineData(".+/", null)]
    [InlineData("b*/", null)]
    [InlineData("((((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+/", null)]
    [InlineData("[a-p][a-p][a-p][a-p][a-p]/", null)]
    public void Endings_of_expressions_are_found(string expression, string? endings) =>
        Assert.Equal(endings?.Split(' ').Order(), ExpressionEndings.Find(expression)?.Order());

    private static (int Errors, long Count) Build(string kind, string line)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File($"x.{kind}"), line + "\n");
        var builder = new DefinitionBuilder();
        builder.Add(directory.File($"x.{kind}"));
        using var definitions = builder.BuildTemporary(out var report);
        return (report.Diagnostics.Count(diagnostic => diagnostic.IsError), definitions.Segments.Sum(segment => segment.Definitions + segment.Hashes));
    }
}
