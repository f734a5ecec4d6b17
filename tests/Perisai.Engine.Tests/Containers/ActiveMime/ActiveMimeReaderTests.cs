using System.IO.Compression;
using System.Text;
using Perisai.Engine.Containers;
using Perisai.Engine.Containers.ActiveMime;

namespace Perisai.Engine.Tests.Containers.ActiveMime;

public sealed class ActiveMimeReaderTests
{
    private static readonly byte[] _content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(n => $"{n * 31} ")));

    /// <param name="content">What is compressed.</param>
    /// <param name="header">The length of the header.</param>
    /// <param name="told">What the header tells of it.</param>
    public static byte[] Build(byte[] content, int header = 50, int told = 4)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(content);
        var head = new byte[header];
        "ActiveMime"u8.CopyTo(head);
        head[12] = 0xF0;
        head[13] = 1;
        BitConverter.TryWriteBytes(head.AsSpan(30), (ushort)told);
        return [.. head, .. packed.ToArray()];
    }

    [Theory]
    [InlineData(50, 4)]
    [InlineData(554, 508)]
    [InlineData(50, 60_000)]
    [InlineData(300, 0)]
    public void The_compressed_file_is_found(int header, int told)
    {
        var bytes = Build(_content, header, told);
        Assert.Equal(FileType.ActiveMime, ContainerDispatcher.Identify(new MemoryByteSource(bytes), new ScanBudget(ScanLimits.Default)));
        var sink = ActiveMimeReader.Instance.Read(bytes);
        Assert.Equal(_content, Assert.Single(sink.Members).Content);
        sink.AssertClean();
    }

    [Fact]
    public void An_object_without_data_is_a_loss()
    {
        var sink = ActiveMimeReader.Instance.Read([.. "ActiveMime"u8, .. new byte[100]]);
        Assert.Equal(ActiveMimeFaults.NoData, Assert.Single(sink.Losses).Id);
    }

    [Fact]
    public void A_text_about_it_is_a_text() => Assert.Equal(
        FileType.Text, ContainerDispatcher.Identify(new MemoryByteSource("ActiveMime is a format"u8.ToArray()), new ScanBudget(ScanLimits.Default)));

    [Fact]
    public void Damage_is_survived() => ActiveMimeReader.Instance.AssertSurvivesDamage(Build(_content), 7);
}
