namespace Perisai.Cli.Tests.Commands;

/// <summary>Definitions given to a scan, and the commands that build and examine them.</summary>
public sealed class DefinitionTests : IDisposable
{
    private const string EicarDigest = "44d88612fea8a8f36de82e1278abb02f:68:Mine";

    private readonly TestFolder _folder = new();
    private readonly string _eicar;
    private readonly CommandSetting _ownCache;

    public DefinitionTests()
    {
        _eicar = _folder.Write("eicar.com", Eicar.Content);
        _ownCache = new() { Cache = _folder["cache"] };
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_broken_line_is_named_and_nothing_is_scanned()
    {
        var broken = _folder.Write("broken.hdb", $"{EicarDigest}\nnothex:1:x\n");
        var result = PerisaiProcess.Run("scan", "--defs", broken, _eicar);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("broken.hdb:2:1: error clamav.", result.Error);
        Assert.Contains("nothing was scanned", result.Error);
        Assert.Equal("", result.Output);
        // Twice: what was compiled must not be taken for right the second time.
        for (var i = 0; i < 2; i++)
        {
            result = PerisaiProcess.Run("scan", "-q", "--no-builtin", "--ignore-definition-errors", "--defs", broken, _eicar);
            Assert.Equal(1, result.ExitCode);
            Assert.StartsWith("broken.hdb:2:1: error", result.Error);
        }
    }

    [Fact]
    public void A_segment_is_built_listed_examined_verified_and_used()
    {
        var segment = _folder["mine.segment"];
        var built = PerisaiProcess.Run("defs", "build", _folder.Write("mine.hdb", EicarDigest + "\n"), "-o", segment);
        Assert.Equal(0, built.ExitCode);
        Assert.Contains("  hdb        1\n", built.Output);
        Assert.Equal("Mine\tmine.hdb:1\n", PerisaiProcess.Run("defs", "list", segment).Output);
        Assert.Contains("by digest    1", PerisaiProcess.Run("defs", "info", segment).Output);
        Assert.Contains(": intact", PerisaiProcess.Run("defs", "verify", segment).Output);
        var scanned = PerisaiProcess.Run("scan", "-q", "--no-builtin", "--defs", segment, _eicar);
        Assert.Equal($"{_eicar}: detected Mine (mine.hdb:1)\n", scanned.Output);
        // The built-in definitions go on beside it.
        Assert.Equal(2, PerisaiProcess.Run("scan", "-q", "--all-matches", "--defs", segment, _eicar).Lines.Count);
    }

    [Fact]
    public void A_folder_may_hold_sources_and_segments()
    {
        _folder.Write("one.hdb", EicarDigest + "1\n");
        Directory.CreateDirectory(_folder["defs"]);
        Assert.Equal(0, PerisaiProcess.Run("defs", "build", _folder["one.hdb"], "-o", _folder["defs/one.segment"]).ExitCode);
        _folder.Write("defs/two.hdb", EicarDigest + "2\n");
        var result = PerisaiProcess.Run("scan", "-q", "--all-matches", "--defs", _folder["defs"], _eicar);
        Assert.Equal("", result.Error);
        Assert.Equal(3, result.Lines.Count);
    }

    [Fact]
    public void A_build_with_errors_leaves_what_was_there()
    {
        var segment = _folder.Write("mine.segment", "precious");
        var source = _folder.Write("broken.hdb", $"{EicarDigest}\nnothex:1:x\n");
        var result = PerisaiProcess.Run("defs", "build", source, "-o", segment);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("broken.hdb:2:1: error", result.Error);
        Assert.Contains("was not written", result.Error);
        Assert.Equal("precious", File.ReadAllText(segment));
        Assert.Equal(2, PerisaiProcess.Run("defs", "build", source, "-o", segment, "--ignore-errors").ExitCode);
        Assert.Equal(0, PerisaiProcess.Run("defs", "verify", segment).ExitCode);
        Assert.Equal(["broken.hdb", "eicar.com", "mine.segment"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_damaged_segment_is_refused_with_the_reason()
    {
        var segment = _folder["mine.segment"];
        PerisaiProcess.Run("defs", "build", "--builtin", "-o", segment);
        var bytes = File.ReadAllBytes(segment);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(segment, bytes);
        var verified = PerisaiProcess.Run("defs", "verify", segment);
        Assert.Equal(2, verified.ExitCode);
        Assert.Contains(segment, verified.Error);
        File.WriteAllBytes(segment, bytes[..(bytes.Length / 2)]);
        var result = PerisaiProcess.Run("scan", "--defs", segment, _eicar);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(segment, result.Error);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void Compiled_definitions_are_cached_and_a_damaged_entry_is_built_again()
    {
        var source = _folder.Write("mine.hdb", EicarDigest + "\n");
        string[] scan = ["scan", "-q", "--defs", source, _eicar];
        Assert.Equal(1, PerisaiProcess.RunWith(_ownCache, scan).ExitCode);
        var entry = Assert.Single(Directory.GetFiles(_folder["cache/perisai"], "*.segment"));
        var good = File.ReadAllBytes(entry);
        File.WriteAllBytes(entry, good[..(good.Length / 2)]);
        Assert.Equal(1, PerisaiProcess.RunWith(_ownCache, scan).ExitCode);
        Assert.Equal(good, File.ReadAllBytes(entry));
        // Another content is another entry.
        File.WriteAllText(source, $"{EicarDigest}2\n");
        Assert.Contains("detected Mine2", PerisaiProcess.RunWith(_ownCache, scan).Output);
        Assert.Equal(2, Directory.GetFiles(_folder["cache/perisai"], "*.segment").Length);
    }

    [Fact]
    public void Without_a_cache_the_same_is_found()
    {
        Assert.Equal(1, PerisaiProcess.RunWith(_ownCache, "scan", "-q", "--no-cache", _eicar).ExitCode);
        Assert.False(Directory.Exists(_folder["cache/perisai"]));
        var closed = new CommandSetting { Cache = "/proc/nowhere" };
        Assert.Equal(1, PerisaiProcess.RunWith(closed, "scan", "-q", _eicar).ExitCode);
    }

    [Fact]
    public void What_is_not_supported_is_said_also_from_the_cache()
    {
        var source = _folder.Write("mine.cbc", "no bytecode\n");
        for (var i = 0; i < 2; i++)
            Assert.Contains("not supported and not looked for", PerisaiProcess.RunWith(_ownCache, "scan", "-q", "--defs", source, _eicar).Error);
        Assert.Contains("unsupported  1", PerisaiProcess.Run("defs", "build", source, "-o", _folder["x.segment"]).Output);
    }
}
