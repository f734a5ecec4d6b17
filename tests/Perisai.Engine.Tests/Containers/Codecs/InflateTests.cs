using System.IO.Compression;
using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Inflate;

namespace Perisai.Engine.Tests.Containers.Codecs;

/// <summary>Our inflater against the runtime's, on whole and on damaged data.</summary>
public sealed class InflateTests
{
    [Fact]
    public void DecodesAllLevelsAndConsumesExactlyItsStream()
    {
        var random = new Random(9);
        using var input = new CodecInput(new ScanBudget(ScanLimits.Default));
        using var inflate = new InflateStream(input);
        for (var round = 0; round < 300; round++)
        {
            var content = Content(random, random.Next(round < 250 ? 5_000 : 400_000));
            var packed = Deflate(content, (CompressionLevel)random.Next(4));
            byte[] padded = [.. packed, .. new byte[random.Next(40)]];
            input.Reset(new MemoryByteSource(padded), 0, padded.Length);
            inflate.Reset();
            Assert.True(content.AsSpan().SequenceEqual(ReadAll(inflate, random)));
            Assert.True(inflate.Finished);
            Assert.Equal(packed.Length, input.Consumed);
        }
    }

    [Fact]
    public void DecodesFromStreamsThatGiveAFewBytesAtATime()
    {
        var random = new Random(10);
        var content = Content(random, 300_000);
        var packed = Deflate(content, CompressionLevel.Optimal);
        using var input = new CodecInput(new SmallReads(packed), new ScanBudget(ScanLimits.Default));
        using var inflate = new InflateStream(input);
        Assert.True(content.AsSpan().SequenceEqual(ReadAll(inflate, random)));
        Assert.Equal(packed.Length, input.Consumed);
    }

    /// <summary>What was read ahead is given back before a stored block, also where the buffer was filled anew meanwhile.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StoredBlocksAreReadWhereverTheBufferEnds(bool isSmall)
    {
        var random = new Random(12);
        for (var round = 0; round < 20; round++)
        {
            using var packed = new MemoryStream();
            var content = Content(random, 200_000);
            using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                // A flush writes an empty stored block.
                for (var at = 0; at < content.Length;)
                {
                    var count = Math.Min(random.Next(1, 60), content.Length - at);
                    deflate.Write(content, at, count);
                    deflate.Flush();
                    at += count;
                }
            }

            var bytes = packed.ToArray();
            using var input = isSmall
                ? new CodecInput(new SmallReads(bytes), new ScanBudget(ScanLimits.Default))
                : new CodecInput(new MemoryByteSource(bytes), 0, bytes.Length, new ScanBudget(ScanLimits.Default));
            using var inflate = new InflateStream(input);
            Assert.True(content.AsSpan().SequenceEqual(ReadAll(inflate, random)));
            Assert.Equal(bytes.Length, input.Consumed);
        }
    }

    [Fact]
    public void AgreesWithTheRuntimeOnDamagedData()
    {
        var random = new Random(11);
        var accepted = 0;
        for (var round = 0; round < 4000; round++)
        {
            var packed = Deflate(Content(random, random.Next(3000)), (CompressionLevel)random.Next(4));
            for (var flips = random.Next(4); flips > 0; flips--)
                packed[random.Next(packed.Length)] ^= (byte)(1 << random.Next(8));
            if (random.Next(4) == 0)
                packed = packed[..random.Next(packed.Length)];
            var (theirs, theirEnd) = TheRuntimes(packed);
            using var input = new CodecInput(new MemoryByteSource(packed), 0, packed.Length, new ScanBudget(ScanLimits.Default));
            using var inflate = new InflateStream(input);
            var ours = ReadAll(inflate, random);
            // What the runtime accepts, we accept; where it fails, we may have gone further (it is stricter with incomplete codes),
            // but all that it gave is there.
            if (theirEnd)
            {
                accepted++;
                Assert.True(inflate.Finished);
                Assert.True(ours.AsSpan().SequenceEqual(theirs));
            }
            else
            {
                var common = Math.Min(ours.Length, theirs.Length);
                Assert.True(ours.AsSpan(0, common).SequenceEqual(theirs.AsSpan(0, common)), $"round {round}");
                Assert.True(ours.Length >= theirs.Length, $"round {round}: {ours.Length} of {theirs.Length}");
            }
        }

        Assert.InRange(accepted, 500, 3500);
    }

    private static (byte[] Content, bool Ended) TheRuntimes(byte[] packed)
    {
        var content = new MemoryStream();
        using var deflate = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
        try
        {
            int next;
            while ((next = deflate.ReadByte()) >= 0)
                content.WriteByte((byte)next);
        }
        catch (InvalidDataException)
        {
            return (content.ToArray(), false);
        }

        // The runtime takes a truncated stream for one that has ended.
        return (content.ToArray(), EndsProperly(packed, content.ToArray()));
    }

    /// <summary>With the right checksum and length behind it, a proper stream makes a proper gzip file.</summary>
    private static bool EndsProperly(byte[] packed, byte[] content)
    {
        using var gzip = new GZipStream(
            new MemoryStream([
                0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, .. packed, .. BitConverter.GetBytes(Crc32.HashToUInt32(content)), .. BitConverter.GetBytes(content.Length)]),
            CompressionMode.Decompress);
        try
        {
            var length = 0L;
            for (var buffer = new byte[4096]; gzip.Read(buffer) is > 0 and var count;)
                length += count;
            return length == content.Length && packed.Length > 0;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static byte[] ReadAll(DecoderStream stream, Random random)
    {
        var content = new MemoryStream();
        var buffer = new byte[1 + random.Next(70_000)];
        try
        {
            int count;
            while ((count = stream.Read(buffer)) > 0)
                content.Write(buffer, 0, count);
        }
        catch (CodecException)
        {
        }

        return content.ToArray();
    }

    private static byte[] Deflate(byte[] content, CompressionLevel level)
    {
        var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, level, true))
            deflate.Write(content);
        return packed.ToArray();
    }

    private static byte[] Content(Random random, int length)
    {
        var content = new byte[length];
        for (var at = 0; at < length;)
        {
            var run = Math.Min(length - at, 1 + random.Next(300));
            switch (random.Next(4))
            {
                case 0:
                    random.NextBytes(content.AsSpan(at, run));
                    break;
                case 1:
                    content.AsSpan(at, run).Fill((byte)random.Next(256));
                    break;
                default:
                    var distance = 1 + random.Next(Math.Max(1, Math.Min(at, 40_000)));
                    for (var index = 0; index < run; index++)
                        content[at + index] = at + index >= distance ? content[at + index - distance] : (byte)random.Next(4);
                    break;
            }

            at += run;
        }

        return content;
    }

    private sealed class SmallReads(byte[] content) : MemoryStream(content)
    {
        private int _turn;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1 + _turn++ % 37)]);
    }
}
