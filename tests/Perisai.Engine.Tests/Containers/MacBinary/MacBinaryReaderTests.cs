using Perisai.Engine.Containers;
using Perisai.Engine.Containers.MacBinary;

namespace Perisai.Engine.Tests.Containers.MacBinary;

public sealed class MacBinaryReaderTests
{
    private static readonly byte[] _data = [.. Enumerable.Range(0, 3000).Select(n => (byte)(n * n >> 4))];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(0)]
    public void ReadsBothForks(int version)
    {
        var bytes = version == 0 ? MacBinaryBuilder.BuildAppleSingle("name", _data, "resources"u8.ToArray()) : MacBinaryBuilder.Build("name", _data, "resources"u8.ToArray(), version);
        Assert.Equal(FileType.MacBinary, ContainerDispatcher.Identify(new MemoryByteSource(bytes), new ScanBudget(ScanLimits.Default)));
        var sink = MacBinaryReader.Instance.Read(bytes);
        sink.AssertClean();
        sink.AssertHolds(new Dictionary<string, byte[]> { ["name"] = _data, ["resources"] = "resources"u8.ToArray() });
    }

    /// <summary>What macbinary's own header checksum does not cover is no MacBinary.</summary>
    [Fact]
    public void ZerosAreNone() =>
        Assert.Equal(FileType.Unknown, ContainerDispatcher.Identify(new MemoryByteSource(new byte[4000]), new ScanBudget(ScanLimits.Default)));

    [Fact]
    public void ACutIsALoss() =>
        Assert.Equal(MacBinaryFaults.Truncated, Assert.Single(MacBinaryReader.Instance.Read(MacBinaryBuilder.Build("name", _data, [])[..2000]).Losses).Id);
}
