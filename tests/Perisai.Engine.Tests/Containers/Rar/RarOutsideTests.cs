using Perisai.Engine.Containers.Appended;
using Perisai.Engine.Containers.Rar;

namespace Perisai.Engine.Tests.Containers.Rar;

/// <summary>The test archives of libarchive, against what unar and bsdtar make of them. No program that writes RAR is free.</summary>
public sealed class RarOutsideTests
{
    [Fact]
    public void ReadsWhatOthersRead()
    {
        var differences = new List<string>();
        var compared = 0;
        foreach (var path in OutsideData.Find("test_*rar*.uu"))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var bytes = OutsideData.Uudecode(path);
            // Volumes after the first in sets that were split by force are no archives by themselves; programs come before their archive.
            if (!bytes.AsSpan().StartsWith("Rar!"u8))
                continue;
            var sink = RarReader.Instance.Read(bytes);
            foreach (var (tool, file, content) in ReadWithOthers(bytes))
            {
                // The rest of it is in other volumes, which bsdtar fills up with zeros.
                if (sink.NotScanned.Exists(n => n.Reason == NotScannedReason.MissingVolume && n.Name.EndsWith(Path.GetFileName(file), StringComparison.Ordinal)))
                    continue;
                compared++;
                if (!sink.Members.Exists(m => m.Content.AsSpan().SequenceEqual(content)))
                {
                    differences.Add($"{name}: {tool} gives {file} ({content.Length}); members {string.Join(", ", sink.Members.Select(m => $"{m.Name}:{m.Content.Length}"))}; "
                        + $"faults {string.Join(", ", sink.Faults)}; not scanned {string.Join(", ", sink.NotScanned)}");
                }
            }
        }

        Assert.True(differences.Count == 0, $"{compared} compared\n{string.Join('\n', differences)}");
        Assert.True(compared > 80, $"Only {compared} files were compared.");
    }

    /// <summary>Self-extracting programs for Windows: the archive behind the program, as bsdtar reads it.</summary>
    [Theory]
    [InlineData("test_read_format_rar_sfx.exe.uu")]
    [InlineData("test_read_format_rar5_sfx.exe.uu")]
    public void ReadsSelfExtractingPrograms(string file)
    {
        var bytes = OutsideData.Uudecode(OutsideData.Find(file)[0]);
        var appended = new RecordingSink();
        new AppendedReader().Read(new MemoryByteSource(bytes), appended);
        var archive = Assert.Single(appended.Members);
        Assert.Equal("appended.rar", archive.Name);
        var others = ReadWithOthers(bytes);
        Assert.NotEmpty(others);
        var sink = RarReader.Instance.Read(archive.Content);
        Assert.All(others, other => Assert.Contains(sink.Members, m => m.Content.AsSpan().SequenceEqual(other.Content)));
    }

    [Theory]
    [InlineData("test_read_format_rar_encryption_data.rar.uu", 2)]
    [InlineData("test_read_format_rar_encryption_partially.rar.uu", 2)]
    public void OpensEncryptedEntries(string file, int count)
    {
        var bytes = OutsideData.Uudecode(OutsideData.Find(file)[0]);
        var sink = RarReader.Instance.Read(bytes, "wrong", "12345678");
        sink.AssertClean();
        Assert.Equal(count, sink.Members.Count);
        sink = RarReader.Instance.Read(bytes, "wrong");
        Assert.NotEmpty(sink.NotScanned);
        Assert.All(sink.NotScanned, n => Assert.Equal(NotScannedReason.Encrypted, n.Reason));
        Assert.Equal(count, sink.Members.Count + sink.NotScanned.Count);
    }

    [Fact]
    public void ReportsEncryptedHeaders()
    {
        var sink = RarReader.Instance.Read(OutsideData.Uudecode(OutsideData.Find("test_read_format_rar_encryption_header.rar.uu")[0]));
        Assert.Equal(NotScannedReason.Encrypted, sink.NotScanned.Single().Reason);
    }

    [Theory]
    [InlineData("test_read_format_rar_compress_best.rar.uu")]
    [InlineData("test_read_format_rar_unicode.rar.uu")]
    [InlineData("test_read_format_rar_encryption_data.rar.uu")]
    [InlineData("test_read_format_rar5_multiple_files_solid.rar.uu")]
    [InlineData("test_read_format_rar5_win32.rar.uu")]
    public void SurvivesDamage(string file) =>
        RarReader.Instance.AssertSurvivesDamage(OutsideData.Uudecode(OutsideData.Find(file)[0]), 31, "12345678");

    /// <summary>A file that is cut because the rest is in another volume is missing something; it is not damaged.</summary>
    [Theory]
    [InlineData("test_read_format_rar5_multiarchive.part0*.rar.uu", 8)]
    [InlineData("test_rar_multivolume_multiple_files.part*.rar.uu", 6)]
    public void CutFilesAreNotDamaged(string files, int count)
    {
        var paths = OutsideData.Find(files);
        Assert.Equal(count, paths.Count);
        foreach (var path in paths)
        {
            var root = new MemoryByteSource(OutsideData.Uudecode(path));
            using var set = new DefinitionBuilder { IncludeBuiltIn = true }.BuildTemporary(out _);
            using var scanner = new Scanner(set);
            var missing = scanner.Scan(root, "a.rar").Findings.OfType<NotScanned>().ToList();
            Assert.NotEmpty(missing);
            Assert.All(missing, finding => Assert.Equal(NotScannedReason.MissingVolume, finding.Reason));
        }
    }

    private static List<(string Tool, string File, byte[] Content)> ReadWithOthers(byte[] bytes)
    {
        using var work = new WorkFolder();
        work.Write("a.rar", bytes);
        work.Run("sh", "-c", """
            command -v unar bsdtar >/dev/null || exit 0
            mkdir unar bsdtar
            timeout 4 unar -q -f -nr -p x -o unar a.rar </dev/null >/dev/null 2>&1 || rm -r unar
            timeout 4 bsdtar -x -f a.rar -C bsdtar </dev/null >/dev/null 2>&1 || rm -r bsdtar
            """);
        var found = new List<(string, string, byte[])>();
        foreach (var tool in (string[])["unar", "bsdtar"])
        {
            if (!Directory.Exists(work.Path(tool)))
                continue;
            foreach (var file in Directory.EnumerateFiles(work.Path(tool), "*", SearchOption.AllDirectories))
            {
                if (new FileInfo(file).LinkTarget is null)
                    found.Add((tool, Path.GetRelativePath(work.Path(tool), file), File.ReadAllBytes(file)));
            }
        }

        return found;
    }
}
