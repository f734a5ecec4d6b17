using System.Text.Json;

namespace Perisai.Cli.Tests.Commands;

public sealed class CancellationTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public CancellationTests()
    {
        // A hole of a terabyte takes no room and minutes to scan.
        using (var endless = File.Create(_folder["b-endless"]))
            endless.SetLength(1L << 40);
        for (var i = 0; i < 200; i++)
            _folder.Write($"c/{i}", "after it");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void An_interrupted_scan_keeps_what_it_found_and_accounts_for_the_rest(string signal)
    {
        _folder.Write("a.com", Eicar.Content);
        using var process = PerisaiProcess.Start(new(), "scan", "--format", "ndjson", "--threads", "1", "--max-time", "1h", _folder.Path);
        process.WaitFor(Eicar.Name);
        process.Signal(signal);
        var result = process.End();
        Assert.Equal(1, result.ExitCode);
        var summary = JsonDocument.Parse(result.Lines[^1]).RootElement;
        Assert.True(summary.GetProperty("cancelled").GetBoolean());
        var scanned = summary.GetProperty("scanned").GetInt64();
        var cancelled = summary.GetProperty("notScanned").GetProperty("cancelled").GetInt64();
        Assert.Equal(summary.GetProperty("found").GetInt64(), scanned + cancelled);
        Assert.True(cancelled > 0);
    }

    [Fact]
    public void An_interrupted_scan_without_a_detection_is_2()
    {
        _folder.Write("a.zip", "no archive");
        using var process = PerisaiProcess.Start(new(), "scan", "-v", "--threads", "1", "--max-time", "1h", _folder.Path);
        process.WaitFor("a.zip: clean");
        process.Signal("INT");
        var result = process.End();
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("The scan was cancelled; this is what was found so far.", result.Output);
    }
}
