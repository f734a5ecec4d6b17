using System.Text;
using Perisai.Engine.Containers.Lha;

namespace Perisai.Engine.Tests.Containers.Lha;

public sealed class LhaReaderTests
{
    public static TheoryData<string> Methods => ["-lh0-", "-lh1-", "-lh4-", "-lh5-", "-lh6-", "-lh7-", "-lz4-", "-lz5-", "-lzs-", "-pm0-"];

    /// <summary>What our own builder wrote, lhasa reads too, and to the same bytes.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void ReadsEachMethodAsLhasaDoes(string method)
    {
        var content = Content();
        var bytes = new LhaBuilder().Add("a.txt", method, content).Add("b.txt", method, "second"u8.ToArray()).ToArray();
        var sink = LhaReader.Instance.Read(bytes);
        sink.AssertClean();
        Assert.Equal(["a.txt", "b.txt"], sink.Members.Select(member => member.Name));
        Assert.Equal(content, sink.Members[0].Content);
        using var work = new WorkFolder();
        work.Write("a.lzh", bytes);
        work.Run("lhasa", "xq", "a.lzh");
        Assert.Equal(content, work.Bytes("a.txt"));
        Assert.Equal("second"u8.ToArray(), work.Bytes("b.txt"));
    }

    [Theory]
    [InlineData("-aq0o5")]
    [InlineData("-a0o6")]
    [InlineData("-aq2o7")]
    [InlineData("-azq1")]
    public void ReadsWhatJlhaWrites(string options)
    {
        using var work = new WorkFolder();
        var text = work.Write("a.txt", Content());
        var noise = new byte[40_000];
        new Random(3).NextBytes(noise);
        work.Write("b.bin", noise);
        work.Run("jlha", options, "a.lzh", "a.txt", "b.bin");
        var sink = LhaReader.Instance.Read(work.Bytes("a.lzh"));
        sink.AssertClean();
        sink.AssertHolds(new Dictionary<string, byte[]> { ["a.txt"] = text, ["b.bin"] = noise });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ReadsHeadersOfEveryLevel(int level)
    {
        var content = Content();
        var bytes = new LhaBuilder().Add("name.txt", "-lh5-", content, level, "some/folder").Add("empty", "-lhd-", [], level, "only/folder").ToArray();
        var sink = LhaReader.Instance.Read(bytes);
        sink.AssertClean();
        var member = Assert.Single(sink.Members);
        Assert.Equal("some/folder/name.txt", member.Name);
        Assert.Equal(content, member.Content);
    }

    [Fact]
    public void MethodsThatAreNotOpenedAreReported()
    {
        var sink = LhaReader.Instance.Read(new LhaBuilder().Add("a", "-pm2-", [1, 2, 3]).Add("b", "-lh0-", [4]).ToArray());
        Assert.Equal(("a", NotScannedReason.Unsupported), (sink.NotScanned[0].Name, sink.NotScanned[0].Reason));
        Assert.Equal([4], Assert.Single(sink.Members).Content);
    }

    [Fact]
    public void AWrongChecksumIsAFaultAndALostHeaderALoss()
    {
        var bytes = new LhaBuilder().Add("a", "-lzs-", Content()).Add("b", "-lh0-", "second"u8.ToArray()).Add("c", "-lh0-", "third"u8.ToArray()).ToArray();
        var changed = bytes.ToArray();
        changed[26] ^= 1;
        Assert.Contains(LhaReader.Instance.Read(changed).Faults, fault => fault.Id == LhaFaults.Checksum);
        changed = bytes.ToArray();
        changed[bytes.AsSpan().IndexOf("second"u8) - 22] = (byte)'x';
        var sink = LhaReader.Instance.Read(changed);
        Assert.Contains(sink.Losses, fault => fault.Id == LhaFaults.BadHeader);
        Assert.Equal("third", Encoding.ASCII.GetString(sink.Members[^1].Content));
        Assert.Contains(LhaReader.Instance.Read(bytes[..^1]).Losses, fault => fault.Id == LhaFaults.MissingEnd);
    }

    /// <summary>Enough for the adaptive code to be halved.</summary>
    private static byte[] Content()
    {
        var random = new Random(9);
        var text = new StringBuilder();
        for (var line = 0; text.Length < 60_000; line++)
            text.Append(line).Append(random.Next(4) == 0 ? " and more of it " : "\t").Append(random.Next()).Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
