using Perisai.Engine.Containers.Cab;

namespace Perisai.Engine.Tests.Containers.Cab;

public sealed class CabReaderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadsWhatGcabWrites(bool compressed)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        string[] options = compressed ? ["-cz"] : ["-c"];
        work.Run("gcab", [.. options, "a.cab", .. files.Keys.Select(name => "files/" + name)]);
        var sink = CabReader.Instance.Read(work.Bytes("a.cab"));
        sink.AssertHolds(files, names: false);
        sink.AssertClean();
        Assert.Equal(files.Count, sink.Members.Count);
        Assert.Contains(sink.Members, m => m.Name.EndsWith("grün.txt", StringComparison.Ordinal));
    }

    /// <summary>The cabinets of libmspack and libarchive: MSZIP, LZX and Quantum, byte for byte as cabextract writes them.</summary>
    [Fact]
    public void ReadsOutsideCabinetsAsCabextractDoes()
    {
        var paths = OutsideData.Find("normal_2files_*.cab", "reserve_*.cab", "mszip_lzx_qtm.cab", "test_read_format_cab_?.cab.uu");
        using var work = new WorkFolder();
        foreach (var path in paths)
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var bytes = work.Write(name + ".cab", path.EndsWith(".uu", StringComparison.Ordinal) ? OutsideData.Uudecode(path) : File.ReadAllBytes(path));
            work.Run("cabextract", "-q", "-d", name, name + ".cab");
            var sink = CabReader.Instance.Read(bytes);
            var expected = Directory.EnumerateFiles(work.Path(name), "*", SearchOption.AllDirectories)
                .ToDictionary(file => Path.GetRelativePath(work.Path(name), file), File.ReadAllBytes);
            sink.AssertHolds(expected);
            Assert.Empty(sink.NotScanned);
            Assert.Empty(sink.Losses);
            Assert.Equal(expected.Count, sink.Members.Count);
        }
    }

    [Fact]
    public void ReadsTheCabinetOfClamAvsTestFiles()
    {
        const string Sample = "/usr/share/clamav-testfiles/clam.cab";
        Assert.SkipUnless(File.Exists(Sample), "ClamAV's test files are not installed.");
        var sink = CabReader.Instance.Read(File.ReadAllBytes(Sample));
        Assert.Equal("clam.exe", sink.Members[0].Name);
        Assert.Equal("MZ"u8, sink.Members[0].Content.AsSpan(0, 2));
        Assert.Empty(sink.NotScanned);
    }

    /// <summary>Hostile cabinets of other projects: nothing thrown, nothing endless, and nothing cut short without a word.</summary>
    [Fact]
    public void BrokenOutsideCabinetsAreReported()
    {
        foreach (var path in OutsideData.Find("partial_*.cab", "bad_folderindex.cab", "cve-2014-9556*.cab", "cve-2015-447?*.cab", "cve-2010-2800*.cab"))
        {
            var sink = CabReader.Instance.Read(File.ReadAllBytes(path));
            Assert.True(sink.Losses.Count + sink.NotScanned.Count > 0 || sink.Faults.Exists(f => f.Id == "test.decoder-failed"), path);
        }

        foreach (var path in OutsideData.Find("lzx-*.cab", "cve-*.cab", "filename-read-*.cab", "bad_no*.cab"))
            CabReader.Instance.Read(File.ReadAllBytes(path));
    }

    [Fact]
    public void ACabinetOfASetGivesWhatItHasAndReportsTheRest()
    {
        var first = CabReader.Instance.Read(File.ReadAllBytes(OutsideData.Find("multi_basic_pt1.cab")[0]));
        Assert.NotEmpty(first.Members);
        Assert.Contains(first.NotScanned, n => n.Reason == NotScannedReason.MissingVolume);
        var second = CabReader.Instance.Read(File.ReadAllBytes(OutsideData.Find("multi_basic_pt2.cab")[0]));
        Assert.Contains(second.NotScanned, n => n.Reason == NotScannedReason.MissingVolume);
    }

    [Fact]
    public void AWrongChecksumIsAFaultAndNoMore()
    {
        var builder = new CabBuilder().Add("a", "first"u8.ToArray()).Add("b", "second"u8.ToArray());
        var bytes = builder.ToArray();
        bytes[^1] ^= 1;
        var sink = CabReader.Instance.Read(bytes);
        Assert.Equal(["first", "secone"], sink.Members.Select(m => System.Text.Encoding.ASCII.GetString(m.Content)));
        Assert.Equal(CabFaults.BlockChecksum, Assert.Single(sink.Faults).Id);
        Assert.Empty(sink.Losses);
    }

    [Fact]
    public void OverlappingFilesAreReadAFewTimes()
    {
        var builder = new CabBuilder().Add("whole", new byte[1000]);
        for (var index = 0; index < 40; index++)
            builder.AddRange($"part {index}", 900 - index, 100);
        builder.AddRange("same", 0, 1000);
        var sink = CabReader.Instance.Read(builder.ToArray());
        Assert.Contains(sink.Faults, f => f.Id == CabFaults.OverlappingFiles);
        Assert.Contains(sink.NotScanned, n => n.Reason == NotScannedReason.OverBudget);
        Assert.Equal(1000, sink.Members.Single(m => m.Name is "whole" or "same").Content.Length);
    }

    [Fact]
    public void ATruncatedCabinetIsALossAndWhatIsThereIsRead()
    {
        var bytes = new CabBuilder().Add("a", new byte[100]).Add("b", new byte[100]).ToArray();
        var sink = CabReader.Instance.Read(bytes[..^50]);
        Assert.Contains(sink.Losses, f => f.Id == CabFaults.Truncated);
    }

    [Fact]
    public void WhatFollowsTheCabinetIsAMember()
    {
        var bytes = new CabBuilder().Add("a", new byte[100]).ToArray();
        var sink = CabReader.Instance.Read([.. bytes, 0, 0, .. "behind"u8]);
        Assert.Equal("\0\0behind", System.Text.Encoding.ASCII.GetString(sink.Members[^1].Content));
        Assert.Contains(sink.Faults, f => f.Id == CabFaults.TrailingData);
        Assert.Single(CabReader.Instance.Read([.. bytes, .. new byte[100_000]]).Members);
    }

    [Fact]
    public void SurvivesDamage()
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run("gcab", ["-cz", "a.cab", .. files.Keys.Select(name => "files/" + name)]);
        CabReader.Instance.AssertSurvivesDamage(work.Bytes("a.cab"), 5);
    }

    [Fact]
    public void LzxAndQuantumSurviveDamage()
    {
        foreach (var path in OutsideData.Find("mszip_lzx_qtm.cab"))
            CabReader.Instance.AssertSurvivesDamage(File.ReadAllBytes(path), 6);
        foreach (var path in OutsideData.Find("test_read_format_cab_2.cab.uu"))
            CabReader.Instance.AssertSurvivesDamage(OutsideData.Uudecode(path), 7);
    }
}
