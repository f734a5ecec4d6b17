using System.Text;
using Perisai.Engine.Containers.Tnef;

namespace Perisai.Engine.Tests.Containers.Tnef;

/// <summary>Attachments, embedded messages, bodies, and lengths that lie.</summary>
public sealed class TnefStructureTests
{
    private static readonly byte[] _content = [.. Enumerable.Range(0, 1001).Select(n => (byte)(n * 13))];

    [Fact]
    public void TakesTheLongNameThatStandsBehindTheData()
    {
        var bytes = Attachment(new(), "SHORT~1.EXE", _content, TnefBuilder.Properties((0x3704, 0x1E, "SHORT~1.EXE\0"u8.ToArray()), (0x3707, 0x1F, TnefBuilder.Unicode("ein längerer name.exe"))));
        var second = Attachment(bytes, "second.bin", [1, 2, 3], null).ToArray();
        var sink = TnefReader.Instance.Read(second);
        sink.AssertClean();
        Assert.Equal(["ein längerer name.exe", "second.bin"], sink.Members.Select(m => m.Name));
        Assert.Equal(_content, sink.Members[0].Content);
        Assert.All(sink.Members, m => Assert.True(m.FromSlice));
    }

    [Fact]
    public void OpensEmbeddedMessagesAndObjects()
    {
        var inner = Attachment(new(), "inner.exe", _content, null).ToArray();
        var outer = new TnefBuilder()
            .Attribute(2, TnefAttributes.AttachRenderingData, new byte[14])
            .Attribute(2, TnefAttributes.AttachProperties, TnefBuilder.Properties((0x3701, 0x0D, [.. new byte[16], .. inner]), (0x3001, 0x1F, TnefBuilder.Unicode("a message"))))
            .ToArray();
        var sink = TnefReader.Instance.Read(outer);
        sink.AssertClean();
        var message = Assert.Single(sink.Members);
        Assert.Equal("a message", message.Name);
        Assert.Equal(inner, message.Content);
        Assert.Equal(_content, Assert.Single(TnefReader.Instance.Read(message.Content).Members).Content);
    }

    [Fact]
    public void ReadsBodies()
    {
        // Stored; and compressed, the worked example of the specification: a run of literals and references into the words of the ring.
        byte[] stored = [.. BitConverter.GetBytes(12 + 7), .. BitConverter.GetBytes(7), .. "MELA"u8, 0, 0, 0, 0, .. "{\\rtf1}"u8];
        byte[] compressed =
        [
            0x2D, 0, 0, 0, 0x2B, 0, 0, 0, 0x4C, 0x5A, 0x46, 0x75, 0xF1, 0xC5, 0xC7, 0xA7, 0x03, 0x00, 0x0A, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42,
            0x32, 0x0A, 0xF3, 0x20, 0x68, 0x65, 0x6C, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xB0, 0x6C, 0x64, 0x7D, 0x0A, 0x80, 0x0F, 0xA0,
        ];
        foreach (var (body, text) in new[] { (stored, "{\\rtf1}"), (compressed, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n") })
        {
            var sink = TnefReader.Instance.Read(new TnefBuilder()
                .Attribute(1, TnefAttributes.Body, "plain"u8.ToArray())
                .Attribute(1, TnefAttributes.MessageProperties, TnefBuilder.Properties((0x1013, 0x102, "<html>"u8.ToArray()), (0x1009, 0x102, body))).ToArray());
            sink.AssertClean();
            Assert.Equal(["body.txt", "body.html", "body.rtf"], sink.Members.Select(m => m.Name));
            Assert.Equal(text, Encoding.ASCII.GetString(sink.Members[2].Content));
        }
    }

    [Fact]
    public void LengthsThatLieCostNothing()
    {
        // An attribute, a property and a count that claim gigabytes: what is there comes out, and nothing is reserved for the rest.
        var claims = new TnefBuilder().Attribute(2, TnefAttributes.AttachRenderingData, new byte[14]).Attribute(2, TnefAttributes.AttachData, _content, 0x7FFF_FFFF);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var sink = TnefReader.Instance.Read(claims.ToArray());
        Assert.Equal(_content, Assert.Single(sink.Members).Content.AsSpan(0, _content.Length));
        Assert.Contains(sink.Losses, f => f.Id == TnefFaults.TruncatedAttribute);
        foreach (var claim in new uint[] { 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0xFFFF_FFFC })
        {
            foreach (var place in Enumerable.Range(0, 60))
            {
                var properties = TnefBuilder.Properties((0x1009, 0x102, _content), (0x3701, 0x102, _content));
                BitConverter.TryWriteBytes(properties.AsSpan(place * 2), claim);
                TnefReader.Instance.Read(new TnefBuilder().Attribute(1, TnefAttributes.MessageProperties, properties).Attribute(2, TnefAttributes.AttachProperties, properties).ToArray());
            }
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void GoesOnBehindAnAttributeThatCannotBeRead()
    {
        var broken = new TnefBuilder().Attribute(1, TnefAttributes.Body, "plain"u8.ToArray(), 0x1000_0000);
        var sink = TnefReader.Instance.Read(Attachment(broken, "a.exe", _content, null).ToArray());
        Assert.Contains(sink.Members, m => m.Name == "a.exe" && m.Content.AsSpan().SequenceEqual(_content));
    }

    private static TnefBuilder Attachment(TnefBuilder builder, string title, byte[] content, byte[]? properties)
    {
        builder.Attribute(2, TnefAttributes.AttachRenderingData, new byte[14]).Attribute(2, TnefAttributes.AttachTitle, Encoding.Latin1.GetBytes(title + "\0"))
            .Attribute(2, TnefAttributes.AttachData, content);
        return properties is null ? builder : builder.Attribute(2, TnefAttributes.AttachProperties, properties);
    }
}
