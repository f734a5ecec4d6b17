using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Perisai.Cli.Tests.ClamScan;

/// <summary>
/// ClamAV's own test files (Debian package clamav-testfiles): each holds the same harmless program in another container, document or packer. The
/// database knows that program's MD5 and nothing else. clamscan is run on the same files, and its verdicts are compared file by file.
/// </summary>
public sealed class ClamAvTestFilesTests : IDisposable
{
    private const string Folder = "/usr/share/clamav-testfiles";

    private readonly TestFolder _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void Each_is_detected_as_by_clamscan()
    {
        var files = Files();
        var (theirs, ours) = ScanBoth(Folder);
        Assert.Equal(files.Select(Path.GetFileName).Order(), ours.Order());
        Assert.Equal(theirs.Order(), ours.Order());
    }

    /// <summary>A tar in gzip, and that in a zip.</summary>
    [Fact]
    public void Each_is_detected_two_layers_deeper()
    {
        var files = Files();
        var deeper = Directory.CreateDirectory(Path.Combine(_work.Path, "deeper")).FullName;
        foreach (var file in files)
        {
            using var zip = new ZipArchive(File.Create(Path.Combine(deeper, Path.GetFileName(file) + ".zip")), ZipArchiveMode.Create);
            using var gzip = new GZipStream(zip.CreateEntry("inner.tar.gz").Open(), CompressionLevel.Fastest);
            using var tar = new TarWriter(gzip);
            tar.WriteEntry(file, Path.GetFileName(file));
        }

        var (theirs, ours) = ScanBoth(deeper);
        Assert.Equal(files.Select(file => Path.GetFileName(file) + ".zip").Order(), ours.Order());
        Assert.Equal(theirs.Order(), ours.Order());
    }

    private static string[] Files()
    {
        if (!Directory.Exists(Folder) || !Tool.Exists("clamscan"))
            Assert.Skip("clamscan or its test files are not installed (Debian packages clamav, clamav-testfiles).");
        var files = Directory.GetFiles(Folder);
        Assert.Equal(44, files.Length);
        return files;
    }

    private (List<string> Theirs, List<string> Ours) ScanBoth(string folder)
    {
        var program = File.ReadAllBytes(Path.Combine(Folder, "clam.exe"));
#pragma warning disable CA5351 // The database's format wants MD5.
        var digest = Convert.ToHexStringLower(MD5.HashData(program));
#pragma warning restore CA5351
        var database = Path.Combine(_work.Path, "one.hdb");
        File.WriteAllText(database, $"{digest}:{program.Length}:ClamAV.Test.File\n");
        // One of the files is as deep by itself as both go without more.
        string[] arguments = ["--no-summary", "--max-recursion=40", "-d", database, folder];
        return (
            Detected(CommandRun.Start("clamscan", _work.Path, arguments)),
            Detected(CommandRun.Start(CommandRun.Perisai, _work.Path, ["clamscan", .. arguments])));
    }

    private static List<string> Detected(CommandRun run) => [.. run.Lines
        .Where(line => line.EndsWith(": ClamAV.Test.File.UNOFFICIAL FOUND", StringComparison.Ordinal))
        .Select(line => Path.GetFileName(line[..line.LastIndexOf(": ", StringComparison.Ordinal)]))];
}
