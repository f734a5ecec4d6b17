namespace Perisai.Engine.Tests.Languages.Yara;

public sealed class IncludeTests
{
    [Fact]
    public void Files_are_looked_for_beside_the_one_that_includes_them()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("more"));
        File.WriteAllText(directory.File("main.yar"), "include \"more/one.yar\"\nrule main { condition: one and two }");
        File.WriteAllText(directory.File("more/one.yar"), "include \"two.yar\"\nrule one { condition: two }");
        File.WriteAllText(directory.File("more/two.yar"), "rule two { condition: true }");
        Assert.Equal("two one main", Scan(directory.File("main.yar"), out var diagnostics));
        Assert.Empty(diagnostics);
    }

    [Theory]
    [InlineData("include \"absent.yar\"", "yara.include-not-read")]
    [InlineData("include \"main.yar\"", "yara.include-loop")]
    [InlineData("include \".\"", "yara.include-not-read")]
    public void What_cannot_be_included_is_told(string directive, string id)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("main.yar"), $"{directive}\nrule main {{ condition: true }}");
        Assert.Equal("main", Scan(directory.File("main.yar"), out var diagnostics));
        Assert.Contains(id, diagnostics.Select(diagnostic => diagnostic.Id));
    }

    private static string Scan(string path, out IReadOnlyList<Diagnostic> diagnostics)
    {
        var builder = new DefinitionBuilder();
        builder.AddRules(path, "default");
        using var definitions = builder.BuildTemporary(out var report);
        using var scanner = new Scanner(definitions, new ScanOptions { AllMatches = true });
        diagnostics = report.Diagnostics;
        return string.Join(' ', scanner.Scan(new MemoryByteSource("x"u8.ToArray()), "x").Findings.OfType<Detection>().Select(detection => detection.Name));
    }
}
