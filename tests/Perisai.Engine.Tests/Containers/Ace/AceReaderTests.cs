using System.Text;
using Perisai.Engine.Containers.Ace;
using Perisai.Engine.Containers.Appended;

namespace Perisai.Engine.Tests.Containers.Ace;

public sealed class AceReaderTests
{
    private static readonly byte[] _content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 400).Select(n => $"{n * 13} ")));

    [Fact]
    public void StoredFilesComeOutAndOthersAreNamed()
    {
        var sink = AceReader.Instance.Read(AceBuilder.Build(("a.txt", _content, 0, 0), ("dir\\b.bin", _content, 1, 0), ("c", _content, 2, 0x4000)));
        var member = Assert.Single(sink.Members);
        Assert.Equal("a.txt", member.Name);
        Assert.Equal(_content, member.Content);
        Assert.Equal([("dir/b.bin", NotScannedReason.Unsupported), ("c", NotScannedReason.Encrypted)], sink.NotScanned.Select(found => (found.Name, found.Reason)));
        Assert.Empty(sink.Faults);
    }

    [Fact]
    public void AnArchiveBehindAProgramIsFound()
    {
        var archive = AceBuilder.Build(("a.txt", _content, 0, 0), ("b.txt", _content, 0, 0));
        var sink = new AppendedReader().Read([.. new byte[5000], .. "ACE*"u8, .. new byte[100], .. archive, .. "behind"u8]);
        var member = Assert.Single(sink.Members);
        Assert.Equal("appended.ace", member.Name);
        Assert.Equal(archive, member.Content);
    }

    [Fact]
    public void WhatIsWrongIsSaid()
    {
        var archive = AceBuilder.Build(("a.txt", _content, 0, 0), ("b.txt", _content, 0, 0));
        archive[100]++;
        Assert.Equal(AceFaults.Checksum, Assert.Single(AceReader.Instance.Read(archive).Faults).Id);
        archive[50]++;
        var sink = AceReader.Instance.Read(archive);
        Assert.Equal(AceFaults.HeaderChecksum, sink.Losses[0].Id);
        Assert.Contains(sink.Members, member => member.Name == "b.txt");
        Assert.Equal(AceFaults.Truncated, AceReader.Instance.Read(archive[..^1]).Losses[^1].Id);
    }
}
