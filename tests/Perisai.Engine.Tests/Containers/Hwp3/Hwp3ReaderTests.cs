using Perisai.Engine.Containers.Hwp3;
using Perisai.Engine.Tests.Containers.Ole2;

namespace Perisai.Engine.Tests.Containers.Hwp3;

public sealed class Hwp3ReaderTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheBodyComesOut(bool isCompressed)
    {
        var content = new byte[3000];
        new Random(8).NextBytes(content);
        var sink = Hwp3Reader.Instance.Read(Build(content, isCompressed));
        Assert.Equal(content, Assert.Single(sink.Members).Content);
        sink.AssertClean();
    }

    [Fact]
    public void APasswordIsReported()
    {
        var bytes = Build([1, 2, 3], true);
        bytes[30 + 96] = 1;
        var sink = Hwp3Reader.Instance.Read(bytes);
        Assert.Empty(sink.Members);
        Assert.Equal(NotScannedReason.Encrypted, Assert.Single(sink.NotScanned).Reason);
    }

    /// <summary>The mark, 128 bytes about the document, 1008 bytes of summary, a block of ten bytes, the body.</summary>
    internal static byte[] Build(byte[] content, bool isCompressed)
    {
        var head = new byte[30 + 128 + 1008 + 10];
        "HWP Document File V3.00 \u001a\u0001\u0002\u0003\u0004\u0005"u8.CopyTo(head);
        head[30 + 124] = isCompressed ? (byte)1 : (byte)0;
        head[30 + 126] = 10;
        return [.. head, .. isCompressed ? OfficeContentTests.Deflate(content) : content];
    }
}
