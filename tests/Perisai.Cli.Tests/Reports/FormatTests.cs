using System.Text.Json;

namespace Perisai.Cli.Tests.Reports;

/// <summary>The outputs for programs, read back.</summary>
public sealed class FormatTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public FormatTests()
    {
        _folder.Write("in/eicar.com", Eicar.Content);
        _folder.Write("clean", "clean");
        _folder.Write("a file: 100% & <more>.com", Eicar.Content);
        Tool.RunIn(_folder["in"], "zip", "-q", _folder["plain.zip"], "eicar.com");
        Tool.RunIn(_folder["in"], "zip", "-q", "-P", "x", _folder["secret.zip"], "eicar.com");
        Tool.Shell(_folder.Path, """cp in/eicar.com "$(printf 'bad\377name.com')"; mkfifo pipe""");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Json_holds_findings_and_accounts()
    {
        var json = Parse("json").RootElement;
        Assert.Equal("perisai", json.GetProperty("program").GetString());
        var files = json.GetProperty("files").EnumerateArray().ToList();
        Assert.Equal(6, files.Count);
        var inZip = files.Single(file => file.GetProperty("path").GetString() == _folder["plain.zip"]);
        Assert.Equal("detected", inZip.GetProperty("verdict").GetString());
        var finding = inZip.GetProperty("findings")[0];
        Assert.Equal([_folder["plain.zip"], "eicar.com"], finding.GetProperty("path").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(Eicar.Name, finding.GetProperty("name").GetString());
        Assert.Equal("44d88612fea8a8f36de82e1278abb02f", finding.GetProperty("digests").GetProperty("md5").GetString());
        Assert.Equal(34, finding.GetProperty("matches")[1].GetProperty("offset").GetInt32());
        var bad = files.Single(file => file.TryGetProperty("pathBytes", out _));
        Assert.EndsWith("bad\\xffname.com", bad.GetProperty("path").GetString());
        Assert.Equal((byte)0xFF, bad.GetProperty("pathBytes").GetBytesFromBase64()[_folder.Path.Length + 4]);
        var summary = json.GetProperty("summary");
        Assert.Equal(7, summary.GetProperty("found").GetInt32());
        Assert.Equal(6, summary.GetProperty("scanned").GetInt32());
        Assert.Equal(1, summary.GetProperty("notScanned").GetProperty("special-file").GetInt32());
        Assert.Equal(1, summary.GetProperty("partsNotScanned").GetProperty("encrypted").GetInt32());
        Assert.Equal(1, summary.GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public void Ndjson_has_a_line_a_file_and_the_summary_last()
    {
        var lines = PerisaiProcess.Run("scan", "--format", "ndjson", "-v", _folder.Path).Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(8, lines.Count);
        Assert.All(lines[..^1], line => Assert.Equal("file", line.GetProperty("type").GetString()));
        Assert.Equal("summary", lines[^1].GetProperty("type").GetString());
        Assert.Single(lines, line => line.TryGetProperty("verdict", out var verdict) && verdict.GetString() == "clean");
    }

    [Fact]
    public void Sarif_has_rules_results_and_notifications()
    {
        var sarif = Parse("sarif").RootElement;
        Assert.Equal("2.1.0", sarif.GetProperty("version").GetString());
        var run = sarif.GetProperty("runs")[0];
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        var results = run.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(4, results.Count);
        foreach (var result in results)
        {
            Assert.Equal(result.GetProperty("ruleId").GetString(), rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
            Assert.Equal("error", result.GetProperty("level").GetString());
            Assert.NotEqual("", result.GetProperty("message").GetProperty("text").GetString());
            Assert.True(Uri.TryCreate(UriOf(result), UriKind.Absolute, out _));
        }

        Assert.Contains(results, result => UriOf(result) == $"file://{_folder.Path}/a%20file:%20100%25%20%26%20%3Cmore%3E.com");
        Assert.Contains(results, result => UriOf(result).EndsWith("bad%FFname.com", StringComparison.Ordinal));
        var inner = results.Single(result => UriOf(result).EndsWith("plain.zip", StringComparison.Ordinal)).GetProperty("locations")[0];
        Assert.Equal("eicar.com", inner.GetProperty("logicalLocations")[0].GetProperty("fullyQualifiedName").GetString());
        Assert.False(inner.GetProperty("physicalLocation").TryGetProperty("region", out _));
        var invocation = run.GetProperty("invocations")[0];
        Assert.Equal(1, invocation.GetProperty("exitCode").GetInt32());
        Assert.True(invocation.GetProperty("executionSuccessful").GetBoolean());
        var kinds = invocation.GetProperty("toolExecutionNotifications").EnumerateArray()
            .Select(notification => notification.GetProperty("descriptor").GetProperty("id").GetString()).ToList();
        Assert.Contains("not-scanned/encrypted", kinds);
        Assert.Contains("not-scanned/special-file", kinds);
        var declared = run.GetProperty("tool").GetProperty("driver").GetProperty("notifications").EnumerateArray()
            .Select(notification => notification.GetProperty("id").GetString());
        Assert.Empty(kinds.Except(declared));
    }

    [Fact]
    public void Sarif_of_more_notifications_than_memory_keeps_is_whole()
    {
        Directory.CreateDirectory(_folder["many"]);
        for (var i = 0; i < 20_000; i++)
            File.CreateSymbolicLink(_folder[$"many/a-link-with-a-name-of-some-length-{i}"], "x");
        var sarif = Parse("sarif").RootElement;
        var notifications = sarif.GetProperty("runs")[0].GetProperty("invocations")[0].GetProperty("toolExecutionNotifications");
        Assert.Equal(20_002, notifications.GetArrayLength());
    }

    private JsonDocument Parse(string format)
    {
        var result = PerisaiProcess.Run("scan", "--format", format, _folder.Path);
        Assert.Equal(1, result.ExitCode);
        return JsonDocument.Parse(result.Output);
    }

    private static string UriOf(JsonElement result) => result.GetProperty("locations")[0].GetProperty("physicalLocation")
        .GetProperty("artifactLocation").GetProperty("uri").GetString()!;
}
