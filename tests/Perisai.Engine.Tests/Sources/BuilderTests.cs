using System.Security.Cryptography;
using System.Text;

namespace Perisai.Engine.Tests.Sources;

public sealed class BuilderTests
{
    private static readonly byte[] Content = Encoding.ASCII.GetBytes("harmless content of a builder test");
    private static readonly string Md5 = Convert.ToHexStringLower(MD5.HashData(Content));
    private static readonly string Sha1 = Convert.ToHexStringLower(SHA1.HashData(Content));
    private static readonly string Sha256 = Convert.ToHexStringLower(SHA256.HashData(Content));

    [Fact]
    public void A_folder_is_loaded_and_counted_by_kind()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("defs/deeper"));
        File.WriteAllText(directory.File("defs/a.hdb"), $"# comment\n{Md5}:{Content.Length}:A.Md5\r\n{Md5}:{Content.Length}:A.Later:300");
        File.WriteAllText(directory.File("defs/deeper/b.hsb"), $"{Sha256}:*:B.Sha256:73\n");
        File.WriteAllText(directory.File("defs/c.cbc"), "#\nX:one\nY:two\n");
        File.WriteAllText(directory.File("defs/README.txt"), "Read me.\n");
        // These lie beside ClamAV's databases and are nothing to wonder at.
        File.WriteAllText(directory.File("defs/freshclam.dat"), "state\n");
        File.WriteAllText(directory.File("defs/daily-7.cvd.sign"), "#clamsign-1.0\n");
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("defs"));
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Equal([("hdb", 1L), ("hsb", 1L)], report.Loaded.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal([("cbc", 2L, "c.cbc:2", "X"), ("hdb", 1L, "a.hdb:3", "A.Later")],
            report.Unsupported.Select(lines => (lines.Kind, lines.Count, lines.FirstAt, lines.FirstName)));
        var warning = Assert.Single(report.Diagnostics);
        Assert.Equal(("source.unknown-kind", "README.txt", false), (warning.Id, warning.File, warning.IsError));
        Assert.Equal(["A.Md5", "B.Sha256"], Names(definitions));
    }

    [Theory]
    [InlineData("zzz", "clamav.field-count", 4)]
    [InlineData("MD5:1:a:1:2:3", "clamav.field-count", 14)]
    [InlineData("MD5:0:a", "clamav.size", 5)]
    [InlineData("MD5:4294967295:a", "clamav.size", 5)]
    [InlineData("MD5:1 :a", "clamav.size", 5)]
    [InlineData("MD5:*:a", "clamav.any-size-level", 5)]
    [InlineData("MD5:*:a:72", "clamav.any-size-level", 5)]
    [InlineData("0123:1:a", "clamav.digest", 1)]
    [InlineData("00112233445566778899aabbccddeefg:1:a", "clamav.digest", 1)]
    [InlineData("MD5:1:", "clamav.empty-name", 7)]
    [InlineData("", "source.empty-line", 1)]
    public void A_bad_line_is_told_by_id_line_and_column_and_the_rest_is_loaded(string line, string id, int column)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("a.hdb"), $"{Md5}:*:First:73\n{line.Replace("MD5", Md5)}\n{Sha256}:{Content.Length}:Last\n");
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("a.hdb"));
        using var definitions = builder.BuildTemporary(out var report);
        var diagnostic = Assert.Single(report.Diagnostics);
        Assert.Equal((id, "a.hdb", 2), (diagnostic.Id, diagnostic.File, diagnostic.Line));
        Assert.Equal(column + (line.StartsWith("MD5") && column > 3 ? 29 : 0), diagnostic.Column);
        Assert.Equal(["First", "Last"], Names(definitions).Order());
    }

    [Fact]
    public void Lists_of_digests_are_read_in_every_usual_form()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("list"), $"""
            # comment

            {Md5}
            {Sha1.ToUpperInvariant()}, By.Sha1
            {Sha256} *dir/file name.bin
            \{Sha256}  back\\slash
            SHA256 (tagged (1).bin) = {Sha256}
            """);
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("list"));
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Empty(report.Diagnostics);
        Assert.Equal(5, report.Loaded["hashes"]);
        Assert.Equal(
            [$"HashList.Md5.{Md5[..16]}", "By.Sha1", "dir/file name.bin", @"back\slash", "tagged (1).bin"], definitions.List().Select(d => d.Name));
        Assert.Equal($"HashList.Md5.{Md5[..16]}", Names(definitions)[0]);
    }

    private static string[] Names(DefinitionSet definitions)
    {
        using var scanner = new Scanner(definitions, new ScanOptions { AllMatches = true });
        return [.. scanner.Scan(new MemoryByteSource(Content), "content").Findings.OfType<Detection>().Select(d => d.Name)];
    }
}
