using Microsoft.Win32.SafeHandles;
using Perisai.Linux.Descriptors;

namespace Perisai.Linux.Tests.Descriptors;

public sealed class DescriptorSocketTests
{
    [Fact]
    public void A_descriptor_arrives_with_its_message()
    {
        using var file = Sealed("content"u8);
        Assert.Equal(0, DescriptorSocket.CreatePair(out var first, out var second));
        using (first)
        using (second)
        {
            Assert.Equal(0, DescriptorSocket.Send(first, "budget"u8, file));
            var buffer = new byte[64];
            Assert.Equal(0, DescriptorSocket.Receive(second, buffer, out var length, out var received));
            Assert.Equal("budget"u8.ToArray(), buffer[..length]);
            using (received)
            {
                Assert.NotEqual(file.DangerousGetHandle(), received!.DangerousGetHandle());
                var content = new byte[7];
                Assert.Equal(7, RandomAccess.Read(received, content, 0));
                Assert.Equal("content"u8.ToArray(), content);
            }
        }
    }

    [Fact]
    public void A_message_may_come_alone_and_the_end_is_seen()
    {
        Assert.Equal(0, DescriptorSocket.CreatePair(out var first, out var second));
        using (second)
        {
            Assert.Equal(0, DescriptorSocket.Send(first, "a"u8, null));
            first.Dispose();
            Assert.Equal(0, DescriptorSocket.Receive(second, new byte[4], out var length, out var received));
            Assert.Equal(1, length);
            Assert.Null(received);
            Assert.Equal(0, DescriptorSocket.Receive(second, new byte[4], out length, out _));
            Assert.Equal(0, length);
            Assert.NotEqual(0, DescriptorSocket.Send(second, "b"u8, null));
        }
    }

    [Fact]
    public void A_message_that_is_too_long_is_refused_and_its_descriptor_closed()
    {
        using var file = Sealed("x"u8);
        Assert.Equal(0, DescriptorSocket.CreatePair(out var first, out var second));
        using (first)
        using (second)
        {
            Assert.Equal(0, DescriptorSocket.Send(first, new byte[65], file));
            Assert.Equal(Errno.MessageTooLong, DescriptorSocket.Receive(second, new byte[64], out _, out var received));
            Assert.Null(received);
        }
    }

    [Fact]
    public void A_sealed_file_cannot_be_written()
    {
        using var file = Sealed("x"u8);
        Assert.ThrowsAny<Exception>(() => RandomAccess.Write(file, "y"u8, 0));
        Assert.NotEqual(0, MemoryFile.Seal(file));
    }

    private static SafeFileHandle Sealed(ReadOnlySpan<byte> content)
    {
        Assert.Equal(0, MemoryFile.Create(out var file));
        RandomAccess.Write(file, content, 0);
        Assert.Equal(0, MemoryFile.Seal(file));
        return file;
    }
}
