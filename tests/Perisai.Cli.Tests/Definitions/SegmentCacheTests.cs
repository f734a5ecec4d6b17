using System.Text;

namespace Perisai.Cli.Tests.Definitions;

/// <summary>When a cached segment is used, and when it goes.</summary>
public sealed class SegmentCacheTests : IDisposable
{
    private const string EicarDigest = "44d88612fea8a8f36de82e1278abb02f:68:Mine";

    private readonly TestFolder _folder = new();
    private readonly string _eicar;
    private readonly CommandSetting _setting;

    public SegmentCacheTests()
    {
        _eicar = _folder.Write("eicar.com", Eicar.Content);
        _setting = new() { Cache = _folder["home"] };
    }

    private string Cache => _folder["home/perisai"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Detached_signatures_and_certificates_count_each_time()
    {
        WriteContainer("db/x.cvd");
        Tool.RunIn(_folder.Path, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test");
        Tool.RunIn(
            _folder.Path, "openssl", "cms", "-sign", "-binary", "-noattr", "-in", "db/x.cvd", "-signer", "ca.pem", "-inkey", "key.pem", "-outform", "DER", "-out", "good");
        var good = $"#clamsign-1.0\n220::pkcs7-pem:{Convert.ToBase64String(File.ReadAllBytes(_folder["good"]))}\n";
        Directory.CreateDirectory(_folder["certificates"]);

        // The container alone, and a folder that holds it.
        foreach (var source in (string[])["db/x.cvd", "db"])
        {
            Assert.Contains("cvd.unsigned", Scan(source, 2));
            _folder.Write("certificates/ca.pem", File.ReadAllBytes(_folder["ca.pem"]));
            Assert.Contains("cvd.unsigned", Scan(source, 2));
            foreach (var name in (string[])["db/x-7.cvd.sign", "db/x.cvd.sign"])
            {
                _folder.Write(name, good);
                Assert.Equal("", Scan(source, 1));
                Assert.Equal("", Scan(source, 1));
                File.Delete(_folder[name]);
                Assert.Contains("cvd.unsigned", Scan(source, 2));
                _folder.Write(name, good.Replace("MII", "MIH", StringComparison.Ordinal));
                Assert.Contains("cvd.wrong-signature", Scan(source, 2));
                _folder.Write(name, good);
                Assert.Equal("", Scan(source, 1));
                File.Delete(_folder["certificates/ca.pem"]);
                Assert.Contains("is not trusted", Scan(source, 2));
                _folder.Write("certificates/ca.pem", File.ReadAllBytes(_folder["ca.pem"]));
                Assert.Equal("", Scan(source, 1));
                File.Delete(_folder[name]);
            }

            File.Delete(_folder["certificates/ca.pem"]);
        }
    }

    [Fact]
    public void A_folder_of_certificates_that_is_not_there_is_an_error()
    {
        var source = _folder.Write("mine.hdb", EicarDigest + "\n");
        var result = PerisaiProcess.RunWith(_setting, "scan", "--defs", source, "--certs", _folder["nowhere"], _eicar);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("there is no folder of certificates", result.Error);
        Assert.Equal(2, PerisaiProcess.Run("defs", "build", source, "--certs", _folder["nowhere"], "-o", _folder["x.segment"]).ExitCode);
    }

    [Fact]
    public void Entries_unused_for_a_month_go_and_a_used_one_stays()
    {
        var first = Compile(1);
        var second = Compile(2);
        var other = _folder.Write("home/perisai/notes.warnings", "mine");
        foreach (var file in Directory.GetFiles(Cache))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-31));
        Use(1);
        var third = Compile(3);
        Assert.Equal(Files(first, third).Append(other).Order(StringComparer.Ordinal), Directory.GetFiles(Cache).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(second, Directory.GetFiles(Cache));
    }

    [Fact]
    public void The_cache_keeps_32_entries_and_drops_those_unused_for_longest()
    {
        Directory.CreateDirectory(Cache);
        var olds = Enumerable.Range(0, 40).Select(i => Plant(i, hours: i + 1, length: 10)).ToList();
        var newest = Compile(1);
        Assert.Equal(Files([newest, .. olds[..31]]), Directory.GetFiles(Cache).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_cache_keeps_a_gibibyte_and_the_newest_entry()
    {
        Directory.CreateDirectory(Cache);
        // Sparse files: they take no room.
        var kept = Plant(0, hours: 1, length: 600 << 20);
        Plant(1, hours: 2, length: 600 << 20);
        var newest = Compile(1);
        Assert.Equal(Files(kept, newest), Directory.GetFiles(Cache).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_scan_goes_on_with_an_entry_that_has_gone_meanwhile()
    {
        var source = _folder.Write("mine.hdb", EicarDigest + "\n");
        Tool.Shell(_folder.Path, "mkfifo list");
        using var scan = PerisaiProcess.Start(_setting, "scan", "-q", "--no-builtin", "--defs", source, "--files-from", _folder["list"]);
        using (var list = new StreamWriter(new FileStream(_folder["list"], FileMode.Open, FileAccess.Write)))
        {
            var maps = $"/proc/{scan.Id}/maps";
            for (var tries = 0; tries < 1000 && !File.ReadAllText(maps).Contains(".segment", StringComparison.Ordinal); tries++)
                Thread.Sleep(20);
            foreach (var file in Directory.GetFiles(Cache))
                File.Delete(file);
            list.WriteLine(_eicar);
        }

        var result = scan.End();
        Assert.Equal((1, $"{_eicar}: detected Mine (mine.hdb:1)\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public void An_entry_whose_warnings_are_missing_is_not_used()
    {
        var source = _folder.Write("mine.cbc", "no bytecode\n");
        string[] scan = ["scan", "-q", "--defs", source, _eicar];
        Assert.Contains("not supported", PerisaiProcess.RunWith(_setting, scan).Error);
        File.Delete(Assert.Single(Directory.GetFiles(Cache, "*.warnings")));
        Assert.Contains("not supported", PerisaiProcess.RunWith(_setting, scan).Error);
    }

    [Fact]
    public void Folders_that_link_to_each_other_are_walked_once()
    {
        _folder.Write("defs/mine.hdb", EicarDigest + "\n");
        Tool.Shell(_folder["defs"], "ln -s . one; ln -s . two");
        Assert.Equal(1, PerisaiProcess.RunWith(_setting, "scan", "-q", "--no-builtin", "--defs", _folder["defs"], _eicar).ExitCode);
    }

    private string Scan(string source, int exitCode)
    {
        var result = PerisaiProcess.RunWith(
            _setting, "scan", "-q", "--no-builtin", "--defs", _folder[source], "--certs", _folder["certificates"], _eicar);
        Assert.True(result.ExitCode == exitCode, $"{result.ExitCode}: {result.Output}{result.Error}");
        return result.Error;
    }

    /// <summary>Compiles some definitions; returns the path of their entry.</summary>
    private string Compile(int number)
    {
        var before = Directory.Exists(Cache) ? Directory.GetFiles(Cache) : [];
        _folder.Write($"{number}.hdb", $"{EicarDigest}{number}\n");
        Use(number);
        return Assert.Single(Directory.GetFiles(Cache, "*.segment").Except(before));
    }

    private void Use(int number) =>
        Assert.Contains($"detected Mine{number} ", PerisaiProcess.RunWith(_setting, "scan", "-q", "--no-builtin", "--defs", _folder[$"{number}.hdb"], _eicar).Output);

    private string Plant(int number, int hours, long length)
    {
        var path = Path.Combine(Cache, $"{number:x64}.segment");
        using (var file = File.Create(path))
            file.SetLength(length);
        File.WriteAllText(Path.ChangeExtension(path, ".warnings"), "");
        foreach (var part in Files(path))
            File.SetLastWriteTimeUtc(part, DateTime.UtcNow.AddHours(-hours));
        return path;
    }

    private static IEnumerable<string> Files(params string[] entries) =>
        entries.SelectMany(entry => new[] { entry, Path.ChangeExtension(entry, ".warnings") }).Order(StringComparer.Ordinal);

    /// <summary>A container without a signature of its own: 512 bytes of header, then the members.</summary>
    private void WriteContainer(string name)
    {
        _folder.Write("x.hdb", EicarDigest + "\n");
        Tool.RunIn(_folder.Path, "tar", "czf", "members", "x.hdb");
        var header = Encoding.ASCII.GetBytes("ClamAV-VDB:01 Jan 2026 00-00 +0000:7:1:90:X:X:me:1767225600".PadRight(512));
        _folder.Write(name, [.. header, .. File.ReadAllBytes(_folder["members"])]);
    }
}
