using Perisai.Engine.Containers.Zip;

namespace Perisai.Engine.Tests.Containers.Zip;

/// <summary>Archives made to show one thing to a scanner and another to its user, or to cost more than they are worth.</summary>
public sealed class ZipTricksTests
{
    private static readonly byte[] _harmless = "harmless text, harmless text, harmless text"u8.ToArray();
    private static readonly byte[] _hidden = "hidden text, hidden text, hidden text, hidden"u8.ToArray();

    [Fact]
    public void FindsEntriesThatTheDirectoryLeavesOut()
    {
        var data = ZipBuilder.Deflate(_hidden);
        var zip = new ZipBuilder().Add("a", _harmless);
        zip.Local(ZipBuilder.Describe("b", _hidden, 8, data)).Raw(data);
        var sink = ZipReader.Instance.Read(zip.Add("c", _harmless).ToArray());
        Assert.Equal(["a", "b", "c"], sink.Members.Select(m => m.Name));
        Assert.Equal(_hidden, sink.Members[1].Content);
        Assert.Contains(sink.Faults, f => f.Id == ZipFaults.NotInDirectory);
    }

    [Fact]
    public void ReportsEntriesWithoutALocalHeader()
    {
        var zip = new ZipBuilder().Add("a", _harmless);
        zip.Directory(ZipBuilder.Describe("b", _hidden, 0, _hidden) with { Offset = 7 });
        var sink = ZipReader.Instance.Read(zip.ToArray());
        Assert.Contains(sink.NotScanned, n => n is { Name: "b", Reason: NotScannedReason.Damaged });
        Assert.Equal(_harmless, sink.Members.Single().Content);
    }

    [Fact]
    public void ReadsBothViewsWhereHeadersDisagree()
    {
        // One sees a short stored text, the other a deflated one in the same bytes.
        var data = ZipBuilder.Deflate(_hidden);
        var stored = ZipBuilder.Describe("a", data, 0, data);
        var deflated = ZipBuilder.Describe("a", _hidden, 8, data);
        foreach (var (local, directory) in new[] { (stored, deflated), (deflated, stored) })
        {
            var sink = ZipReader.Instance.Read(new ZipBuilder().Local(local).Raw(data).Directory(directory).ToArray());
            Assert.Contains(sink.Members, m => m.Content.AsSpan().SequenceEqual(_hidden));
            Assert.Contains(sink.Members, m => m.Content.AsSpan().SequenceEqual(data));
            Assert.Contains(sink.Faults, f => f.Id == ZipFaults.HeaderMismatch);
        }

        // Lengths: the directory ends before the interesting part, or the local header does.
        byte[] both = [.. _harmless, .. _hidden];
        var part = ZipBuilder.Describe("a", _harmless, 0, _harmless);
        var whole = ZipBuilder.Describe("a", both, 0, both);
        foreach (var (local, directory) in new[] { (part, whole), (whole, part) })
        {
            var sink = ZipReader.Instance.Read(new ZipBuilder().Local(local).Raw(both).Directory(directory).ToArray());
            Assert.Contains(sink.Members, m => m.Content.AsSpan().SequenceEqual(both));
            Assert.Contains(sink.Members, m => m.Content.AsSpan().SequenceEqual(_harmless));
        }

        // A name of its own for each view: one content.
        var named = ZipReader.Instance.Read(new ZipBuilder()
            .Local(part with { Name = "other.txt"u8.ToArray() }).Raw(_harmless).Directory(part).ToArray());
        Assert.Equal("a", named.Members.Single().Name);
        Assert.Contains(named.Faults, f => f.Id == ZipFaults.NameMismatch);
    }

    [Fact]
    public void ReadsWhatIsHiddenInFoldersAndBehindCompressedData()
    {
        var data = ZipBuilder.Deflate(_harmless);
        byte[] padded = [.. data, .. _hidden];
        var sink = ZipReader.Instance.Read(new ZipBuilder()
            .Add("folder/", [], 0).Add("evil/", _hidden).Add("padded", _harmless, 8, padded).ToArray());
        Assert.Equal(["evil/", "padded", "padded:unused"], sink.Members.Select(m => m.Name));
        Assert.Equal(_hidden, sink.Members[0].Content);
        Assert.Equal(_harmless, sink.Members[1].Content);
        Assert.Equal(_hidden, sink.Members[2].Content);
        Assert.Equal([ZipFaults.FolderWithContent, ZipFaults.UnusedBytes], sink.Faults.Select(f => f.Id));
    }

    [Fact]
    public void ReadsEntriesThatTheCountLeavesOut()
    {
        var sink = ZipReader.Instance.Read(new ZipBuilder().Add("a", _harmless).Add("b", _hidden).ToArray(count: 1));
        Assert.Equal(2, sink.Members.Count);
        Assert.Equal(ZipFaults.WrongEntryCount, Assert.Single(sink.Faults).Id);
    }

    [Fact]
    public void FindsTheEndRecordBehindACommentThatLooksLikeOne()
    {
        var sink = ZipReader.Instance.Read(new ZipBuilder().Add("a", _harmless).ToArray(comment: "PK\u0005\u0006" + new string('\0', 30)));
        Assert.Equal(_harmless, sink.Members[0].Content);
    }

    [Fact]
    public void ReportsChecksumsLengthsAndDuplicates()
    {
        var data = ZipBuilder.Deflate(_harmless);
        var header = ZipBuilder.Describe("a", _harmless, 8, data);
        var wrong = header with { Checksum = 1 };
        var shorter = header with { Length = 5 };
        var zip = new ZipBuilder();
        foreach (var each in new[] { wrong, shorter, header })
        {
            var here = each with { Offset = (uint)zip.Position };
            zip.Local(here).Raw(data).Directory(here);
        }

        var sink = ZipReader.Instance.Read(zip.ToArray());
        Assert.All(sink.Members, m => Assert.Equal(_harmless, m.Content));
        Assert.Equal(3, sink.Members.Count);
        Assert.Equal(
            [ZipFaults.DuplicateName, ZipFaults.DuplicateName, ZipFaults.WrongChecksum, ZipFaults.WrongLength], sink.Faults.Select(f => f.Id).Order());
    }

    [Fact]
    public void NamesMethodsThatAreNotSupported()
    {
        var sink = ZipReader.Instance.Read(new ZipBuilder().Add("a", _harmless, 97, [1, 2, 3]).Add("b", _harmless, 10, [1, 2, 3]).ToArray());
        Assert.Equal(["Compressed with wavpack.", "Compressed with dcl-implode."], sink.NotScanned.Select(n => n.Detail));
        Assert.All(sink.NotScanned, n => Assert.Equal(NotScannedReason.Unsupported, n.Reason));
    }

    [Fact]
    public void DecodesNames()
    {
        byte[] german = [(byte)'g', (byte)'r', 0x81, (byte)'n'];
        byte[] extra = [0x75, 0x70, 9, 0, 1, .. BitConverter.GetBytes(System.IO.Hashing.Crc32.HashToUInt32(german)), .. "λ"u8, .. "ab"u8];
        var header = ZipBuilder.Describe("", _harmless, 0, _harmless) with { Name = german };
        var zip = new ZipBuilder().Local(header).Raw(_harmless).Directory(header);
        var second = header with { Offset = (uint)zip.Position, Extra = extra };
        var sink = ZipReader.Instance.Read(zip.Local(second).Raw(_harmless).Directory(second).Add("日本", _harmless, flags: 1 << 11).ToArray());
        Assert.Equal(["grün", "λab", "日本"], sink.Members.Select(m => m.Name));
    }

    [Theory]
    [InlineData("zstd", (ushort)93)]
    [InlineData("xz", (ushort)95)]
    public void ReadsStreamsOfOtherFormats(string program, ushort method)
    {
        using var work = new WorkFolder();
        var data = work.RunWithInput(_hidden, program, "-c");
        var sink = ZipReader.Instance.Read(new ZipBuilder().Add("a", _hidden, method, data).ToArray());
        sink.AssertClean();
        Assert.Equal(_hidden, sink.Members.Single().Content);
    }

    [Fact]
    public void OverlappingEntriesAreNotDecodedThousandsOfTimes()
    {
        var data = ZipBuilder.Deflate(new byte[1 << 20]);
        var zip = new ZipBuilder();
        var header = ZipBuilder.Describe("a", new byte[1 << 20], 8, data);
        zip.Local(header).Raw(data);
        for (var index = 0; index < 20_000; index++)
            zip.Directory(header);
        var sink = ZipReader.Instance.Read(zip.ToArray());
        Assert.InRange(sink.Members.Count, 1, 100);
        Assert.Contains(sink.Faults, f => f.Id == ZipFaults.OverlappingEntries);
        Assert.Contains(sink.NotScanned, n => n.Reason == NotScannedReason.OverBudget);

        // Each quotes the headers of those behind it, as the overlapping bombs of 2019 do.
        zip = new ZipBuilder();
        var names = Enumerable.Range(0, 1000).Select(n => ZipBuilder.Describe($"{n}", new byte[1 << 20], 8, data)).ToList();
        var end = names.Count * 100 + data.Length;
        for (var index = 0; index < names.Count; index++)
        {
            var start = zip.Position;
            var here = names[index] with { Offset = (uint)start, Method = 0, Stored = (uint)(end - start - 40) };
            zip.Local(here).Raw(new byte[start + 100 - zip.Position]).Directory(here);
        }

        sink = ZipReader.Instance.Read(zip.Raw(data).ToArray());
        Assert.InRange(sink.Members.Count, 1, 150);
        Assert.Contains(sink.Faults, f => f.Id == ZipFaults.OverlappingEntries);
    }

    [Fact]
    public void MillionsOfEmptyEntriesEndWithTheBudget()
    {
        var zip = new ZipBuilder();
        for (var index = 0; index < 200_000; index++)
            zip.Add($"{index}", [], 0);
        var bytes = zip.ToArray();
        var sink = new RecordingSink(ScanLimits.Default with { MaxObjects = 1000 });
        ZipReader.Instance.Read(new MemoryByteSource(bytes), sink);
        Assert.Equal(BudgetLimit.Objects, sink.Budget.Exhausted);
        Assert.InRange(sink.Members.Count, 900, 1000);

        // The same without a directory.
        var directory = bytes.AsSpan().IndexOf("PK\u0001\u0002"u8);
        sink = new RecordingSink(ScanLimits.Default with { MaxObjects = 1000 });
        ZipReader.Instance.Read(new MemoryByteSource(bytes[..directory]), sink);
        Assert.Equal(BudgetLimit.Objects, sink.Budget.Exhausted);
    }

    [Fact]
    public void FalseHeadersInTheMiddleDoNoHarm()
    {
        var random = new Random(5);
        var zip = new ZipBuilder().Add("a", _harmless);
        for (var round = 0; round < 2000; round++)
        {
            var noise = new byte[40];
            random.NextBytes(noise);
            zip.Raw([.. "PK\u0003\u0004"u8, .. noise]).Raw("PK\u0007\u0008PK\u0001\u0002PK\u0005\u0006"u8.ToArray());
        }

        var sink = ZipReader.Instance.Read(zip.Add("b", _hidden).ToArray());
        Assert.Contains(sink.Members, m => m.Name == "a" && m.Content.AsSpan().SequenceEqual(_harmless));
        Assert.Contains(sink.Members, m => m.Name == "b" && m.Content.AsSpan().SequenceEqual(_hidden));
        Assert.InRange(sink.Faults.Count(f => f.Id == ZipFaults.NotInDirectory), 0, 16);
    }
}
