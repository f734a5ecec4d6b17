using Perisai.Engine.Containers.Egg;

namespace Perisai.Engine.Tests.Containers.Egg;

public sealed class EggReaderTests
{
    private static readonly byte[] _content = [.. Enumerable.Range(0, 9000).Select(n => (byte)(n * n >> 7))];

    [Fact]
    public void ReadsFilesOfSeveralBlocks()
    {
        using var work = new WorkFolder();
        var bzip2 = work.RunWithInput(_content, "bzip2", "-c");
        var bytes = new EggBuilder().Add("a/o.bin", [.. _content, .. _content]).Block(1, _content).Block(2, _content, bzip2)
            .Add("b.bin", "second"u8.ToArray()).Block(0, "second"u8.ToArray()).ToArray();
        var sink = EggReader.Instance.Read(bytes);
        sink.AssertClean();
        Assert.Equal(["a/o.bin", "b.bin"], sink.Members.Select(member => member.Name));
        Assert.Equal([.. _content, .. _content], (IEnumerable<byte>)sink.Members[0].Content);
        Assert.Equal("second"u8.ToArray(), sink.Members[1].Content);
    }

    [Fact]
    public void ASolidArchiveIsOneMember()
    {
        var bytes = new EggBuilder(isSolid: true).Add("a", _content).Add("b", _content).Block(1, [.. _content, .. _content]).ToArray();
        var sink = EggReader.Instance.Read(bytes);
        sink.AssertClean();
        Assert.Equal([.. _content, .. _content], (IEnumerable<byte>)Assert.Single(sink.Members).Content);
    }

    [Fact]
    public void EncryptedFilesAndUnknownMethodsAreReported()
    {
        var sink = EggReader.Instance.Read(new EggBuilder().Add("a", _content, isEncrypted: true).Block(1, _content).Add("b", _content).Block(3, _content).ToArray());
        Assert.Equal([NotScannedReason.Encrypted, NotScannedReason.Unsupported], sink.NotScanned.Select(found => found.Reason));
    }

    [Fact]
    public void DamageIsReported()
    {
        var bytes = new EggBuilder().Add("a", _content).Block(1, _content).ToArray();
        Assert.Contains(EggReader.Instance.Read(bytes[..^4]).Losses, fault => fault.Id == EggFaults.MissingEnd);
        Assert.Contains(EggReader.Instance.Read(bytes[..^40]).Losses, fault => fault.Id == EggFaults.Truncated);
    }
}
