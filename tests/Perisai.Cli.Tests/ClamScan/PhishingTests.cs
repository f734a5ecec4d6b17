using System.Security.Cryptography;
using System.Text;

namespace Perisai.Cli.Tests.ClamScan;

/// <summary>Links in letters: both programs on the same letters, with the same databases and options.</summary>
public sealed class PhishingTests
{
    private const int Letters = 400;

    private static readonly string[] s_blocked =
    [
        "paypal.com/", "evil.com/x", "www.ebay.co.uk/", "bank.de/", "com.br/", "foo.example.com/b", "192.0.2.1/", "good.org/1/2/", "a.b.c.d.net/1/2/3/4/5/6?7", "c.d.net/x?y=1", "good.org/a/b",
        "evil.com/1/2/3/4/",
    ];

    /// <summary>Databases as files and their lines.</summary>
    private static readonly Dictionary<string, string[]> s_databases = new()
    {
        ["hosts"] = ["pdb", "H:paypal.com", "H:ebay.co.uk", "H:bank.de", "H:x.com.br:17-"],
        ["expressions"] = ["pdb", @"R:.+\.evil\.com([/?].*)?:.+\.(paypal|ebay)\.(com|co\.uk)([/?].*)?", @"R:.*good:.+bank\.de", "H:good.org", "R:.+:.+net"],
        ["allowed"] =
        [
            "pdb", "H:paypal.com", "H:ebay.co.uk", "H:bank.de", "R:.+:.+com", "wdb", "M:evil.com:paypal.com", "M:good.org:bank.de",
            @"X:http://.+example\.com([/?].*)?:.+paypal\.com([/?].*)?", "Y:.+good:.+uk",
        ],
        ["nothing"] = ["wdb", "M:evil.com:paypal.com", "ndb", "Test.Nothing:0:*:" + Convert.ToHexStringLower(SHA256.HashData("nothing"u8))],
        ["blocked"] =
        [
            "gdb", "H:paypal.com", $"S:W:{DigestOf("www.ebay.co.uk/")}", .. s_blocked.Select((address, i) => $"S{(i % 3 == 0 ? "" : i % 3)}:F:{DigestOf(address)}"),
            $"S:W:{DigestOf("bank.de/")}",
        ],
    };

    [Theory]
    [InlineData("", "hosts", "expressions", "allowed", "nothing", "blocked")]
    [InlineData("--alert-phishing-ssl", "hosts", "expressions", "allowed", "nothing", "blocked")]
    [InlineData("--alert-phishing-cloak", "hosts", "allowed", "nothing")]
    [InlineData("--alert-phishing-ssl --alert-phishing-cloak", "hosts", "expressions", "allowed", "nothing", "blocked")]
    [InlineData("--heuristic-alerts=no", "hosts")]
    [InlineData("--phishing-sigs=no", "hosts")]
    [InlineData("--scan-mail=no", "hosts")]
    public void Alerts_as_clamscan_does(string options, params string[] databases)
    {
        if (!Tool.Exists("clamscan"))
            Assert.Skip("clamscan is not installed (Debian package clamav).");
        using var folder = new TestFolder();
        Write(folder.Path, new RandomLetter(options.Length));
        var alerts = 0;
        foreach (var database in databases)
        {
            string[] arguments = ["-z", "-d", database, "--no-summary", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "letters"];
            var theirs = Distinct(CommandRun.Start("clamscan", folder.Path, arguments));
            var ours = Distinct(CommandRun.Start(CommandRun.Perisai, folder.Path, ["clamscan", .. arguments]));
            foreach (var line in theirs.Except(ours).Concat(ours.Except(theirs)).Take(1))
                Assert.Fail($"{database}, {(ours.Contains(line) ? "ours" : "clamscan")}: {line}\n{File.ReadAllText(Path.Combine(folder.Path, line.Split(':')[0]))}");
            alerts += theirs.Count(line => line.EndsWith("FOUND", StringComparison.Ordinal));
            Assert.True(theirs.Count >= Letters, $"{theirs.Count} lines");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{databases.Length} databases x {Letters} letters: {alerts} alerts, no difference");
        Assert.True(alerts > 0 || options == "--scan-mail=no");
    }

    [Fact]
    public void Without_the_option_no_link_is_compared()
    {
        using var folder = new TestFolder();
        Write(folder.Path, new RandomLetter(1));
        var run = CommandRun.Start(CommandRun.Perisai, folder.Path, ["clamscan", "-d", "hosts", "--phishing-scan-urls=no", "letters"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Known viruses: 0", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ndb", "HTML.Phishing.A:0:*:414243444546", 0)]
    [InlineData("ndb", "Email.PhishingA:0:*:414243444546", 0)]
    [InlineData("sdb", "HTML.Phishing.A:0:*:414243444546", 0)]
    [InlineData("ndb", "Other.Phishing.A:0:*:414243444546", 1)]
    [InlineData("ldb", "HTML.Phishing.A;Target:0;0;414243444546", 1)]
    [InlineData("db", "HTML.Phishing.A=414243444546", 1)]
    public void Signatures_of_phishing_are_left_out_where_clamscan_leaves_them_out(string kind, string line, int count)
    {
        using var folder = new TestFolder();
        folder.Write("a." + kind, Encoding.Latin1.GetBytes(line + "\n"));
        string[] arguments = ["-d", "a." + kind, "--phishing-sigs=no", "a." + kind];
        Assert.Contains($"Known viruses: {count}\n", CommandRun.Start(CommandRun.Perisai, folder.Path, ["clamscan", .. arguments]).Output, StringComparison.Ordinal);
        if (Tool.Exists("clamscan"))
            Assert.Contains($"Known viruses: {count}\n", CommandRun.Start("clamscan", folder.Path, arguments).Output, StringComparison.Ordinal);
    }

    private static void Write(string folder, RandomLetter random)
    {
        Directory.CreateDirectory(Path.Combine(folder, "letters"));
        for (var i = 0; i < Letters; i++)
            File.WriteAllBytes(Path.Combine(folder, "letters", $"{i:D4}.eml"), random.Next());
        foreach (var (name, lines) in s_databases)
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            var kind = "";
            foreach (var line in lines)
            {
                if (line.Length == 3)
                    kind = line;
                else
                    File.AppendAllText(Path.Combine(folder, name, "a." + kind), line + "\n");
            }
        }
    }

    private static string DigestOf(string address) => Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(address)));

    private static SortedSet<string> Distinct(CommandRun run) => new(run.Lines, StringComparer.Ordinal);
}
