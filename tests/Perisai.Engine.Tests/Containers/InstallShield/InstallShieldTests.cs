using System.Text;
using Perisai.Engine.Containers.InstallShield;

namespace Perisai.Engine.Tests.Containers.InstallShield;

public sealed class InstallShieldTests
{
    private static readonly (string Name, byte[] Content)[] _files =
    [
        ("a.txt", Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 900).Select(n => $"line {n}")))),
        ("b.txt", [.. Enumerable.Range(0, 5000).Select(n => (byte)(n * n / 7))]),
        ("c.txt", "third"u8.ToArray()),
        ("d.txt", new byte[10_000]),
    ];

    [Fact]
    public void ReadsPlainFilesAndTheSetOfCabinets()
    {
        var cabinet = SetupBuilder.BuildCabinet(_files);
        var sink = SetupReader.Instance.Read(SetupBuilder.BuildPlain(("setup.ini", "x=1"u8.ToArray()), ("data1.cab", cabinet)));
        sink.AssertClean();
        Assert.Equal(["Disk1/setup.ini", "folder/a.txt", "folder/b.txt", "folder/c.txt", "folder/d.txt"], sink.Members.Select(member => member.Name));
        Assert.Equal(_files.Select(file => file.Content), sink.Members.Skip(1).Select(member => member.Content));
    }

    [Fact]
    public void ReadsScrambledFiles()
    {
        var sink = SetupReader.Instance.Read(SetupBuilder.BuildScrambled(_files));
        sink.AssertClean();
        Assert.Equal(_files, sink.Members.Select(member => (member.Name, member.Content)), (one, other) =>
            one.Item1 == other.Item1 && one.Item2.AsSpan().SequenceEqual(other.Item2));
    }

    [Fact]
    public void ACabinetWithoutItsHeaderIsReported()
    {
        var cabinet = SetupBuilder.BuildCabinet(_files);
        cabinet.AsSpan(16, 4).Clear();
        Assert.Equal(NotScannedReason.MissingVolume, Assert.Single(InstallShieldCabReader.Instance.Read(cabinet).NotScanned).Reason);
    }

    [Fact]
    public void ACutIsALoss()
    {
        var plain = SetupBuilder.BuildPlain(_files);
        Assert.Equal(InstallShieldFaults.Truncated, Assert.Single(SetupReader.Instance.Read(plain[..^10]).Losses).Id);
        var scrambled = SetupBuilder.BuildScrambled(_files);
        Assert.Contains(SetupReader.Instance.Read(scrambled[..1000]).Losses, fault => fault.Id == InstallShieldFaults.Truncated);
    }
}
