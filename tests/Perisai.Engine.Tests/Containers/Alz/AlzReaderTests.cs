using Perisai.Engine.Containers.Alz;

namespace Perisai.Engine.Tests.Containers.Alz;

public sealed class AlzReaderTests
{
    private static readonly byte[] _content = [.. Enumerable.Range(0, 9000).Select(n => (byte)(n * n >> 7))];

    /// <summary>unar reads what the builder wrote, and to the same bytes.</summary>
    [Fact]
    public void ReadsEachMethodAsUnarDoes()
    {
        using var work = new WorkFolder();
        var bzip2 = work.RunWithInput(_content, "bzip2", "-c");
        var bytes = work.Write("a.alz", new AlzBuilder().Add("a.bin", 2, _content).Add("b.bin", 0, "second"u8.ToArray()).ToArray());
        var sink = AlzReader.Instance.Read(bytes);
        sink.AssertClean();
        Assert.Equal([("a.bin", 9000), ("b.bin", 6)], sink.Members.Select(member => (member.Name, member.Content.Length)));
        work.Run("unar", "-q", "-D", "a.alz");
        foreach (var member in sink.Members)
            Assert.Equal(work.Bytes(member.Name), member.Content);
        sink = AlzReader.Instance.Read(new AlzBuilder().Add("c.bin", 1, _content, bzip2).ToArray());
        sink.AssertClean();
        Assert.Equal(_content, Assert.Single(sink.Members).Content);
    }

    [Fact]
    public void EncryptedFilesAndUnknownMethodsAreReported()
    {
        var sink = AlzReader.Instance.Read(new AlzBuilder().Add("a", 2, _content, isEncrypted: true).Add("b", 9, _content).ToArray());
        Assert.Equal([NotScannedReason.Encrypted, NotScannedReason.Unsupported], sink.NotScanned.Select(found => found.Reason));
        Assert.Empty(sink.Members);
    }

    [Fact]
    public void DamageIsReported()
    {
        var bytes = new AlzBuilder().Add("a", 0, _content).Add("b", 2, _content).ToArray();
        Assert.Contains(AlzReader.Instance.Read(bytes[..^20]).Losses, fault => fault.Id == AlzFaults.MissingEnd);
        bytes[8] = 0;
        var sink = AlzReader.Instance.Read(bytes);
        Assert.Equal(AlzFaults.BadHeader, Assert.Single(sink.Losses).Id);
        Assert.Equal("b", Assert.Single(sink.Members).Name);
    }
}
