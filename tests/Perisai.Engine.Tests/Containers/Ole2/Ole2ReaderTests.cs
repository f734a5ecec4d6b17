using System.Buffers.Binary;
using Perisai.Engine.Containers.Ole2;

namespace Perisai.Engine.Tests.Containers.Ole2;

public sealed class Ole2ReaderTests
{
    [Theory]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public void StreamsComeOutUnderTheirPaths(int version, bool isScattered)
    {
        var files = Files();
        var builder = new Ole2Builder(version, isScattered);
        foreach (var (name, content) in files)
            builder.Add(name, content);
        var sink = Ole2Reader.Instance.Read(builder.ToArray());
        sink.AssertHolds(files);
        sink.AssertClean();
        Assert.Equal(files.Count, sink.Members.Count);
    }

    [Fact]
    public void AStreamThatNoTreeLeadsToComesOut()
    {
        var bytes = new Ole2Builder().Add("seen", [1, 2, 3]).Add("hidden", [4, 5, 6]).ToArray();
        // The first entry no longer leads to the next.
        var entry = bytes.AsSpan().IndexOf("s\0e\0e\0n\0"u8);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(entry + 72), -1);
        var sink = Ole2Reader.Instance.Read(bytes);
        Assert.Equal([4, 5, 6], Assert.Single(sink.Members, member => member.Name == "hidden").Content);
    }

    [Fact]
    public void AChainInACircleEnds()
    {
        var bytes = new Ole2Builder().Add("a", new byte[40_000]).ToArray();
        var table = bytes.Length - 512;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(table + 4 * 20), 10);
        var sink = Ole2Reader.Instance.Read(bytes);
        Assert.Contains(sink.Losses, loss => loss.Id == Ole2Faults.BrokenChain);
        Assert.NotEmpty(sink.Members);
    }

    [Fact]
    public void StreamsThatShareTheirSectorsAreNotHandedOnForEver()
    {
        var builder = new Ole2Builder();
        builder.Add("content", new byte[8 << 20]);
        for (var index = 0; index < 100; index++)
            builder.Add($"stream {index}", new byte[4096 + index]);
        var bytes = builder.ToArray();
        for (var index = 0; index < 100; index++)
        {
            var entry = bytes.AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes($"stream {index}\0"));
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(entry + 116), 0);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(entry + 120), (8 << 20) - index - 1);
        }

        var sink = Ole2Reader.Instance.Read(bytes);
        Assert.Contains(sink.Faults, fault => fault.Id == Ole2Faults.OverlappingEntries);
        Assert.InRange(sink.Members.Count, 3, 10);
    }

    [Fact]
    public void NamesOfTheInstallerAreUnpacked()
    {
        var packed = new string([(char)0x4840, (char)(0x3800 + 10 + (11 << 6)), (char)(0x4800 + 36)]);
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().Add(packed, [1]).Add("[5]SummaryInformation", [2]).ToArray());
        Assert.Equal(["!ABa", "[5]SummaryInformation"], sink.Members.Select(member => member.Name));
    }

    [Theory]
    [InlineData("clam.ole.doc")]
    [InlineData("clam.ppt")]
    public void ClamAvsDocumentHoldsItsProgram(string name)
    {
        var program = ClamAvFile("clam.exe");
        var sink = Ole2Reader.Instance.Read(ClamAvFile(name));
        var inner = sink.Members.Where(member => member.Content.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]))
            .SelectMany(member => Ole2Reader.Instance.Read(member.Content).Members);
        Assert.Contains(sink.Members.Concat(inner), member => member.Content.AsSpan().SequenceEqual(program));
        sink.AssertClean();
    }

    [Fact]
    public void APackagesFilesAreThoseThatMsitoolsExtracts()
    {
        using var work = new WorkFolder();
        var content = new byte[5000];
        new Random(3).NextBytes(content);
        work.Write("stream.bin", content);
        work.Run("msibuild", "out.msi", "-s", "name", "author", "x64;1033", "{00000000-0000-0000-0000-000000000001}");
        work.Run("msibuild", "out.msi", "-a", "Binary.Sample", "stream.bin");
        var sink = Ole2Reader.Instance.Read(work.Bytes("out.msi"));
        Assert.Equal(content, Assert.Single(sink.Members, member => member.Name == "Binary.Sample").Content);
        Assert.Contains(sink.Members, member => member.Name == "!_StringPool");
    }

    [Fact]
    public void DamageIsSurvived()
    {
        var builder = new Ole2Builder();
        foreach (var (name, content) in Files())
            builder.Add(name, content);
        Ole2Reader.Instance.AssertSurvivesDamage(builder.ToArray(), 11);
    }

    internal static byte[] ClamAvFile(string name)
    {
        var path = $"/usr/share/clamav-testfiles/{name}";
        Assert.SkipUnless(File.Exists(path), "Debian's clamav-testfiles are not installed.");
        return File.ReadAllBytes(path);
    }

    private static Dictionary<string, byte[]> Files()
    {
        var random = new Random(7);
        var files = new Dictionary<string, byte[]>();
        foreach (var (name, length) in (ReadOnlySpan<(string, int)>)[("a", 1), ("b", 64), ("c/d", 4095), ("c/e/f", 4096), ("g", 100_000), ("h", 700)])
        {
            files[name] = new byte[length];
            random.NextBytes(files[name]);
        }

        return files;
    }
}
