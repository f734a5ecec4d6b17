using Perisai.Engine.Containers.Rar;

namespace Perisai.Engine.Tests.Containers.Rar;

/// <summary>Archives of stored files that <see cref="RarBuilder"/> writes.</summary>
public sealed class RarReaderTests
{
    private static readonly (string Name, byte[] Content)[] _files =
    [
        ("one", [1]),
        ("empty", []),
        ("folder/grün.txt", "some text"u8.ToArray()),
        ("noise", Noise(40_000)),
    ];

    [Fact]
    public void ReadsStoredFiles()
    {
        foreach (var bytes in (byte[][])[RarBuilder.Build4(_files), RarBuilder.Build5(_files)])
        {
            var sink = RarReader.Instance.Read(bytes);
            sink.AssertHolds(_files.ToDictionary(f => f.Name, f => f.Content));
            sink.AssertClean();
            Assert.All(sink.Members, m => Assert.True(m.FromSlice));
            Assert.Equal(_files.Length, sink.Members.Count);
        }
    }

    [Fact]
    public void OpensEncryptedFilesOfVersion5()
    {
        var bytes = RarBuilder.Build5("geheim", _files);
        var sink = RarReader.Instance.Read(bytes, "wrong", "geheim");
        sink.AssertHolds(_files.ToDictionary(f => f.Name, f => f.Content));
        sink.AssertClean();
        sink = RarReader.Instance.Read(bytes, "wrong");
        Assert.All(sink.NotScanned, n => Assert.Equal(NotScannedReason.Encrypted, n.Reason));
        Assert.Equal(_files.Length, sink.NotScanned.Count + sink.Members.Count);
    }

    [Fact]
    public void FindsEntriesBehindADamagedHeader()
    {
        foreach (var bytes in (byte[][])[RarBuilder.Build4(_files), RarBuilder.Build5(_files)])
        {
            // Lengths and checksum of the first file: in RAR 4 its packed length, in RAR 5 its header's length are before.
            var at = bytes.AsSpan().IndexOf("one"u8);
            bytes.AsSpan(at - (bytes[6] == 0 ? 32 : 19), 10).Clear();
            var sink = RarReader.Instance.Read(bytes);
            Assert.Contains(sink.Losses, f => f.Id == RarFaults.LostHeaders);
            sink.AssertHolds(_files[1..].ToDictionary(f => f.Name, f => f.Content));
        }
    }

    [Fact]
    public void ReportsWrongChecksumsTruncationAndWhatFollows()
    {
        foreach (var bytes in (byte[][])[RarBuilder.Build4(_files), RarBuilder.Build5(_files)])
        {
            var sink = RarReader.Instance.Read([.. bytes, .. "behind"u8]);
            Assert.Equal([RarFaults.TrailingData], sink.Faults.Select(f => f.Id));
            Assert.Contains(sink.Members, m => m.Content.AsSpan().SequenceEqual("behind"u8));

            sink = RarReader.Instance.Read(bytes[..^20_000]);
            Assert.Contains(sink.Losses, f => f.Id == RarFaults.TruncatedEntry);
            Assert.Contains(sink.Members, m => m.Name == "noise" && m.Content.Length > 10_000);

            bytes[^20_000] ^= 1;
            sink = RarReader.Instance.Read(bytes);
            Assert.Equal([RarFaults.WrongChecksum], sink.Faults.Select(f => f.Id));
            Assert.Equal(_files.Length, sink.Members.Count);
        }
    }

    [Fact]
    public void ReportsVolumesAndEncryptedHeaders()
    {
        var sink = RarReader.Instance.Read(RarBuilder.Build4(0x0001, 0x0002, _files[3]));
        Assert.Equal(NotScannedReason.MissingVolume, sink.NotScanned.Single().Reason);
        Assert.Equal(40_000, sink.Members.Single().Content.Length);
        sink = RarReader.Instance.Read(RarBuilder.Build4(0x0080, 0, _files));
        Assert.Equal(NotScannedReason.Encrypted, sink.NotScanned.Single().Reason);
        sink = RarReader.Instance.Read([.. "RE~^"u8, 7, 0, 0, 0, 0, 0]);
        Assert.Equal(NotScannedReason.Unsupported, sink.NotScanned.Single().Reason);
    }

    [Fact]
    public void SurvivesDamage()
    {
        var files = _files[..3];
        RarReader.Instance.AssertSurvivesDamage(RarBuilder.Build4(files), 32);
        RarReader.Instance.AssertSurvivesDamage(RarBuilder.Build5(files), 33);
        RarReader.Instance.AssertSurvivesDamage(RarBuilder.Build5("geheim", files), 34, "geheim");
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(3).NextBytes(bytes);
        return bytes;
    }
}
