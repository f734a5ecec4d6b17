using System.Text;
using Perisai.Engine.Containers.Inno;
using Perisai.Engine.Containers.Pe;

namespace Perisai.Engine.Tests.Containers.Inno;

public sealed class InnoSetupReaderTests
{
    private static readonly byte[] _text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 4000).Select(n => $"{n * 13} ")));

    public static TheoryData<string, bool, bool> Kinds => [.. InnoBuilder.Methods.SelectMany(method => new[] { (method, true, true), (method, false, false), (method, true, false) })];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void FilesComeOut(string method, bool isSolid, bool isFiltered)
    {
        using var work = new WorkFolder();
        var program = Program();
        var sink = PeContentReader.Instance.Read(InnoBuilder.Build(work, method, isSolid, isFiltered ? 16 : 0, ("a.txt", _text), ("b.exe", program), ("c", [1, 2, 3])));
        sink.AssertClean();
        Assert.Equal(["setup-0", "{app}/a.txt", "{app}/b.exe", "{app}/c"], sink.Members.Select(member => member.Name));
        Assert.Equal(_text, sink.Members[1].Content);
        Assert.Equal(program, sink.Members[2].Content);
        Assert.Equal([1, 2, 3], sink.Members[3].Content);
    }

    /// <summary>Our installers are such for another program, and their files the same.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void InnoextractExtractsTheSame(string method, bool isSolid, bool isFiltered)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/innoextract"), "innoextract is not installed");
        using var work = new WorkFolder();
        var program = Program();
        work.Write("in.exe", InnoBuilder.Build(work, method, isSolid, isFiltered ? 16 : 0, ("a.txt", _text), ("b.exe", program), ("c", [1, 2, 3])));
        work.Run("innoextract", "-s", "in.exe");
        Assert.Equal(_text, work.Bytes("app/a.txt"));
        Assert.Equal(program, work.Bytes("app/b.exe"));
        Assert.Equal([1, 2, 3], work.Bytes("app/c"));
    }

    [Fact]
    public void EncryptedFilesAreReported()
    {
        using var work = new WorkFolder();
        var sink = PeContentReader.Instance.Read(InnoBuilder.Build(work, "stored", false, 64, ("a.txt", _text)));
        Assert.Equal(("{app}/a.txt", NotScannedReason.Encrypted), Assert.Single(sink.NotScanned.Select(found => (found.Name, found.Reason))));
    }

    [Fact]
    public void HeadersWithoutDataSayWhereTheFilesAre()
    {
        using var work = new WorkFolder();
        var installer = InnoBuilder.Build(work, "lzma", true, 0, ("a.txt", _text));
        var setup = installer[installer.AsSpan().LastIndexOf(InnoVersion.Mark)..];
        Assert.Equal(FileType.InnoSetup, Perisai.Engine.Containers.ContainerDispatcher.Identify(new MemoryByteSource(setup), new ScanBudget(ScanLimits.Default)));
        var sink = InnoSetupReader.Instance.Read(setup);
        Assert.Equal("setup-0", Assert.Single(sink.Members).Name);
        Assert.Equal(NotScannedReason.MissingVolume, Assert.Single(sink.NotScanned).Reason);
    }

    [Fact]
    public void WhatIsWrongIsSaid()
    {
        using var work = new WorkFolder();
        var installer = InnoBuilder.Build(work, "stored", false, 0, ("a.txt", _text));
        var at = installer.AsSpan().IndexOf("100 113 "u8) is var found and >= 0 ? found : installer.AsSpan().IndexOf(_text.AsSpan(0, 40));
        installer[at]++;
        Assert.Equal(InnoFaults.Checksum, Assert.Single(PeContentReader.Instance.Read(installer).Faults).Id);
        var setup = installer.AsSpan().LastIndexOf(InnoVersion.Mark) + InnoVersion.Length;
        installer[setup + 30]++;
        Assert.Contains(PeContentReader.Instance.Read(installer).Losses, loss => loss.Id == InnoFaults.BadBlock);
    }

    /// <summary>Bytes with calls in all directions, over the bounds of blocks.</summary>
    private static byte[] Program()
    {
        var bytes = new byte[150_000];
        var random = new Random(3);
        for (var at = 0; at < bytes.Length - 5; at += random.Next(3, 12))
        {
            bytes[at] = (byte)(random.Next(2) == 0 ? 0xE8 : random.Next(256));
            BitConverter.TryWriteBytes(bytes.AsSpan(at + 1), random.Next(-0x900000, 0x900000));
        }

        return bytes;
    }
}
