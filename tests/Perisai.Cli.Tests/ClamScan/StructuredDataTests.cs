namespace Perisai.Cli.Tests.ClamScan;

/// <summary>
/// Numbers of cards and persons in texts, and categories of unwanted programs, beside clamscan. The numbers are those that issuers publish for tests.
/// </summary>
public sealed class StructuredDataTests(ScannedTree tree) : IClassFixture<ScannedTree>
{
    private const string Card = "4111111111111111";

    [Theory]
    [InlineData("")]
    [InlineData("--structured-cc-count=1")]
    [InlineData("--structured-ssn-count=1")]
    [InlineData("--structured-ssn-format=1")]
    [InlineData("--structured-ssn-format=2")]
    [InlineData("--structured-cc-mode=1")]
    public void Finds_the_numbers_that_clamscan_finds(string option)
    {
        Write();
        AssertAgrees(["--detect-structured", .. option.Split(' ', StringSplitOptions.RemoveEmptyEntries), "numbers"], atLeast: 3);
    }

    [Fact]
    public void Looks_for_none_unless_asked()
    {
        Write();
        AssertAgrees(["numbers"], atLeast: 0);
    }

    [Fact]
    public void Numbers_on_the_edge_of_a_window_count()
    {
        for (var before = 65_530 - 20; before <= 65_540; before++)
        {
            tree.Write("edge/text", new string('x', before) + $" {Card} {new string('y', 70_000)}");
            Assert.Equal(["edge/text: Heuristics.Structured.CreditCardNumber FOUND"], Ours(["--detect-structured", "--structured-cc-count=1", "edge/text"]).Lines);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("--detect-pua")]
    [InlineData("--detect-pua --include-pua=Win")]
    [InlineData("--detect-pua --exclude-pua=Win")]
    [InlineData("--detect-pua --include-pua=win")]
    [InlineData("--include-pua=Win")]
    public void Reports_the_categories_of_unwanted_programs_that_clamscan_reports(string options)
    {
        foreach (var name in new[] { "PUA.Win.A", "PUA.Doc.B", "PUA.Win", "Other", "PUA.Win32.C" })
        {
            var mark = $"UNWANTED-{name}-END";
            tree.Write($"unwanted/{name}", mark);
            tree.Write($"pua/{name}.ndu", $"{name}:0:*:{Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(mark))}\n");
        }

        string[] arguments = ["--no-summary", "-d", "pua", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "unwanted"];
        if (!Tool.Exists("clamscan"))
            Assert.Skip("clamscan is not installed (Debian package clamav).");
        var theirs = CommandRun.Start("clamscan", tree.Root, arguments);
        var ours = CommandRun.Start(CommandRun.Perisai, tree.Root, ["clamscan", .. arguments]);
        Assert.Equal(theirs.Lines.Order(StringComparer.Ordinal), ours.Lines.Order(StringComparer.Ordinal));
        Assert.Equal(theirs.ExitCode, ours.ExitCode);
    }

    private void Write()
    {
        tree.Write("numbers/lines", $"{Card}\n5500000000000004\n6011000000000004\n");
        tree.Write("numbers/commas", $"{Card},{Card},{Card},");
        tree.Write("numbers/one", Card + "\n");
        tree.Write("numbers/blanks", "4111 1111 1111 1111 4111  1111  1111  1111 4111-1111-1111-1111 ");
        tree.Write("numbers/fifteen", "340000000000009 3400 000000 00009 3400-000000-00009 ");
        tree.Write("numbers/shops", "5000000000000009 5000000000000009 5000000000000009 ");
        tree.Write("numbers/within", $"1{Card} {Card}1 {Card}1 1{Card} ");
        tree.Write("numbers/wrong", "4111111111111112 4111111111111113 4111111111111114 ");
        tree.Write("numbers/dots", "4111.1111.1111.1111 4111.1111.1111.1111 4111.1111.1111.1111 ");
        tree.Write("numbers/page", $"<html><body><p>{Card} {Card} {Card}</p></body></html>");
        tree.Write("numbers/binary", $"\0\0\0\u0001\u0002{Card} {Card} {Card}\0");
        tree.Write("numbers/mail", $"From: a@example.org\nTo: b@example.org\nSubject: x\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n\n{Card} {Card} {Card}\n");
        foreach (var person in new[] { "219-09-9999", "219099999", "000-12-3456", "666-12-3456", "772-12-3456", "773-12-3456", "219-00-3456", "219-12-0000", "219 12 3456" })
            tree.Write($"numbers/person {person}", $"{person} {person} x{person} ");
    }

    private CommandRun Ours(string[] arguments) =>
        CommandRun.Start(CommandRun.Perisai, tree.Root, ["clamscan", "-d", "db/t.ndb", "--no-summary", .. arguments]);

    private void AssertAgrees(string[] arguments, int atLeast)
    {
        if (!Tool.Exists("clamscan"))
            Assert.Skip("clamscan is not installed (Debian package clamav).");
        var theirs = CommandRun.Start("clamscan", tree.Root, ["-d", "db/t.ndb", "--no-summary", .. arguments]);
        Assert.True(theirs.Lines.Count(line => line.EndsWith(" FOUND", StringComparison.Ordinal)) >= atLeast, theirs.Output);
        var ours = Ours(arguments);
        Assert.Equal(theirs.Lines.Order(StringComparer.Ordinal), ours.Lines.Order(StringComparer.Ordinal));
        Assert.Equal(theirs.ExitCode, ours.ExitCode);
    }
}
