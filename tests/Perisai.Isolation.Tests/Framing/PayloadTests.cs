using System.Buffers.Binary;
using Perisai.Isolation.Framing;

namespace Perisai.Isolation.Tests.Framing;

/// <summary>Values come back as they were; a count is not believed before the bytes are there.</summary>
public sealed class PayloadTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a.zip")]
    [InlineData("\ud800 alone \udc00\0")]
    [InlineData("\ufffe\uffff")]
    public void Values_come_back(string text)
    {
        var writer = new PayloadWriter(new byte[200]);
        writer.Write((byte)7);
        writer.Write(true);
        writer.Write(-5);
        writer.Write(long.MinValue);
        writer.WriteBytes([0xff, 0, 0xc3]);
        writer.WriteBytes([]);
        writer.WriteString(text);
        Assert.False(writer.Overflowed);

        var reader = new PayloadReader(writer.Written);
        Assert.Equal(7, reader.ReadByte());
        Assert.True(reader.ReadBoolean());
        Assert.Equal(-5, reader.ReadInt32());
        Assert.Equal(long.MinValue, reader.ReadInt64());
        Assert.Equal([0xff, 0, 0xc3], reader.ReadBytes(3).ToArray());
        Assert.Equal([], reader.ReadBytes(0).ToArray());
        Assert.Equal(text.ToCharArray(), reader.ReadString(text.Length).ToCharArray());
        reader.End();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    [InlineData(11)]
    [InlineData(int.MaxValue)]
    public void A_count_that_lies_is_an_error(int count)
    {
        var payload = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(payload, count);
        Assert.Equal(FrameFault.BadPayload, Assert.Throws<FrameException>(() => new PayloadReader(payload).ReadString(10)).Fault);
    }

    [Fact]
    public void A_count_above_the_limit_is_an_error()
    {
        byte[] payload = [4, 0, 0, 0, 1, 2, 3, 4];
        Assert.Equal(4, new PayloadReader(payload).ReadBytes(4).Length);
        Assert.Throws<FrameException>(() => new PayloadReader(payload).ReadBytes(3).Length);
    }

    [Fact]
    public void What_is_left_missing_or_no_truth_value_is_an_error()
    {
        Assert.Throws<FrameException>(() => new PayloadReader([1]).End());
        Assert.Throws<FrameException>(() => new PayloadReader([1, 2, 3]).ReadInt32());
        Assert.Throws<FrameException>(() => new PayloadReader([2]).ReadBoolean());
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        var writer = new PayloadWriter(new byte[6]);
        writer.WriteString("abc");
        writer.Write((byte)1);
        Assert.True(writer.Overflowed);
        Assert.Equal(4, writer.Written.Length);
    }
}
