using System.Text.Json;
using System.Text.RegularExpressions;

namespace Perisai.Cli.Tests.Commands;

/// <summary><c>perisai defs lint</c>.</summary>
public sealed class LintTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shows_the_line_with_carets_and_a_suggestion()
    {
        var path = _folder.Write("rules.yar", "rule a {\n\tstrings:\n\t\t$text = \"abcdef\"\n\tcondition:\n\t\t$texd and filesize > 3\n}\n");
        var run = PerisaiProcess.Run("defs", "lint", path);
        Assert.Equal(2, run.ExitCode);
        var lines = run.Lines;
        Assert.StartsWith("rules.yar:5:3: error yara.undefined-string: ", lines[0], StringComparison.Ordinal);
        Assert.Equal(["    5 |   $texd and filesize > 3", "      |   ^^^^^"], lines.Skip(1).Take(2));
        Assert.Contains("suggestion: ", lines[3], StringComparison.Ordinal);
        Assert.Contains("$text", lines[3], StringComparison.Ordinal);
        Assert.Equal("0 definitions, 1 error, 0 warnings, 0 of them about what slows scanning down", lines[^1]);
    }

    [Fact]
    public void Slow_strings_are_an_error_on_demand()
    {
        var path = _folder.Write("rules.yar", "rule a { strings: $a = /a/ condition: $a }");
        Assert.Equal(0, PerisaiProcess.Run("defs", "lint", path).ExitCode);
        Assert.Equal(2, PerisaiProcess.Run("defs", "lint", "--deny-slow", path).ExitCode);
        Assert.Equal(2, PerisaiProcess.Run("defs", "lint", "--deny-warnings", path).ExitCode);
        var fine = _folder.Write("fine.yar", "rule a { strings: $a = \"a rather long text\" condition: $a }");
        Assert.Equal(0, PerisaiProcess.Run("defs", "lint", "--deny-slow", "--deny-warnings", fine).ExitCode);
    }

    [Fact]
    public void Json_and_Sarif_say_where()
    {
        var path = _folder.Write("rules.yar", "rule a { condition: unknown }");
        using var json = JsonDocument.Parse(PerisaiProcess.Run("defs", "lint", "--format", "json", path).Output);
        var diagnostic = json.RootElement.GetProperty("diagnostics")[0];
        Assert.Equal(
            ("yara.undefined-identifier", "error", 1, 21, 28, "a"),
            (diagnostic.GetProperty("id").GetString(), diagnostic.GetProperty("level").GetString(), diagnostic.GetProperty("line").GetInt32(),
                diagnostic.GetProperty("column").GetInt32(), diagnostic.GetProperty("endColumn").GetInt32(), diagnostic.GetProperty("rule").GetString()));
        Assert.Equal(1, json.RootElement.GetProperty("errors").GetInt32());
        var run = PerisaiProcess.Run("defs", "lint", "--format", "sarif", path);
        Assert.Equal(2, run.ExitCode);
        using var sarif = JsonDocument.Parse(run.Output);
        var result = sarif.RootElement.GetProperty("runs")[0].GetProperty("results")[0];
        Assert.Equal("yara.undefined-identifier", result.GetProperty("ruleId").GetString());
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("rules.yar", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal(21, place.GetProperty("region").GetProperty("startColumn").GetInt32());
    }

    /// <summary>Pairs of rules and what is printed of them: <c>name.yar</c> and <c>name.txt</c>, <c>.json</c> or <c>.sarif</c>.</summary>
    [Theory]
    [InlineData("costs", "text", "txt")]
    [InlineData("costs", "json", "json")]
    [InlineData("costs", "sarif", "sarif")]
    public void What_is_printed_is_what_was_reviewed(string name, string format, string extension)
    {
        var golden = Path.Combine(AppContext.BaseDirectory, "Commands", "Lint");
        var path = _folder.Write($"{name}.yar", File.ReadAllBytes(Path.Combine(golden, $"{name}.yar")));
        var run = PerisaiProcess.Run("defs", "lint", "--format", format, path);
        Assert.Equal(0, run.ExitCode);
        // The program's version changes, and is not what is looked at.
        var printed = Regex.Replace(run.Output, "\"(version|semanticVersion)\": \"[^\"]*\"", "\"$1\": \"VERSION\"");
        var expected = Path.Combine(golden, $"{name}.{extension}");
        // To accept what is printed: PERISAI_GOLDEN names the folder that the files come from.
        if (Environment.GetEnvironmentVariable("PERISAI_GOLDEN") is { Length: > 0 } source)
            File.WriteAllText(Path.Combine(source, $"{name}.{extension}"), printed);
        else
            Assert.Equal(File.ReadAllText(expected), printed);
    }

    [Fact]
    public void Rules_that_this_engine_finds_slow_are_denied_also_where_yara_would_not_warn()
    {
        var path = _folder.Write("rules.yar", "rule a { strings: $a = \"abc\" condition: $a }");
        var run = PerisaiProcess.Run("defs", "lint", path);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("a: slow: $a by", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, PerisaiProcess.Run("defs", "lint", "--deny-slow", path).ExitCode);
    }

    [Fact]
    public void Control_characters_of_a_line_reach_no_terminal()
    {
        var path = _folder.Write("rules.yar", "rule a { condition: /* \u001b[31m */ unknown }");
        Assert.DoesNotContain('\u001b', PerisaiProcess.Run("defs", "lint", path).Output);
    }
}
