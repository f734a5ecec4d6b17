using System.Buffers.Binary;
using Perisai.Isolation.Framing;

namespace Perisai.Isolation.Tests.Framing;

/// <summary>What is written is read again; whatever else is in a stream is an error of one type, at the cost of bytes that came.</summary>
public sealed class FrameTests
{
    private const int Limit = 20_000;

    private static readonly int[] s_lengths = [0, 1, 4096, 4097, 9000, Limit, 3];

    [Fact]
    public void Frames_come_back_in_kind_and_payload()
    {
        var reader = new FrameReader(new MemoryStream(Recorded()), Limit);
        for (var index = 0; index < s_lengths.Length; index++)
        {
            Assert.True(reader.Read());
            Assert.Equal((FrameKind)(index + 1), reader.Kind);
            Assert.Equal(PayloadOf(index), reader.Payload.ToArray());
        }

        Assert.False(reader.Read());
    }

    [Fact]
    public void Every_cut_within_a_frame_is_an_error()
    {
        var stream = Recorded();
        var ends = new HashSet<int> { 0 };
        foreach (var length in s_lengths)
            ends.Add(ends.Max() + 12 + length);

        for (var cut = 0; cut < stream.Length; cut++)
        {
            var fault = ReadAll(stream.AsSpan(0, cut).ToArray(), out _);
            Assert.Equal(ends.Contains(cut) ? null : FrameFault.Truncated, fault);
        }
    }

    [Theory]
    [InlineData(0, FrameFault.NoFrame)]
    [InlineData(1, FrameFault.NoFrame)]
    [InlineData(2, FrameFault.UnknownKind)]
    [InlineData(3, FrameFault.NoFrame)]
    [InlineData(4, FrameFault.WrongSequence)]
    [InlineData(11, FrameFault.TooLarge)]
    public void A_header_that_is_wrong_is_named(int position, FrameFault expected)
    {
        var stream = Recorded();
        stream[position] ^= 0x80;
        Assert.Equal(expected, ReadAll(stream, out _));
    }

    [Fact]
    public void A_frame_that_comes_twice_is_not_the_next_one()
    {
        var stream = Recorded();
        Assert.Equal(FrameFault.WrongSequence, ReadAll([.. stream.AsSpan(0, 12), .. stream], out _));
    }

    [Fact]
    public void A_promise_of_much_costs_little()
    {
        var stream = Recorded().AsSpan(0, 12).ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(stream.AsSpan(8), Limit);
        Assert.Equal(FrameFault.Truncated, ReadAll(stream, out var held));
        Assert.InRange(held, 0, 4096);
    }

    [Fact]
    public void After_an_error_nothing_more_is_read()
    {
        var first = Recorded();
        first[0] = 0;
        var reader = new FrameReader(new MemoryStream([.. first.AsSpan(0, 12), .. Recorded()]), Limit);
        Assert.Throws<FrameException>(() => reader.Read());
        Assert.Equal(FrameFault.NoFrame, Assert.Throws<FrameException>(() => reader.Read()).Fault);
        Assert.True(reader.Payload.IsEmpty);
    }

    [Fact]
    public void A_writer_refuses_what_a_reader_would()
    {
        using var stream = new MemoryStream();
        var writer = new FrameWriter(stream, Limit);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(FrameKind.Scan, new byte[Limit + 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(FrameKind.None, []));
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void A_writer_allocates_nothing()
    {
        var writer = new FrameWriter(Stream.Null);
        var payload = new byte[100];
        writer.Write(FrameKind.Finding, payload);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var count = 0; count < 1000; count++)
            writer.Write(FrameKind.Finding, payload);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Twenty_thousand_mutants_give_frames_or_an_error_within_the_limit()
    {
        var random = new Random(5);
        var original = Recorded();
        var errors = 0;
        for (var count = 0; count < 20_000; count++)
        {
            var mutant = original.AsSpan(0, random.Next(4) == 0 ? random.Next(original.Length + 1) : original.Length).ToArray();
            for (var change = random.Next(8); change >= 0 && mutant.Length > 0; change--)
            {
                // The first frames are short: half of the changes meet headers.
                var position = random.Next(random.Next(2) == 0 ? Math.Min(40, mutant.Length) : mutant.Length);
                mutant[position] = (byte)random.Next(256);
            }

            // An exception of another type fails the test.
            errors += ReadAll(mutant, out var held) is null ? 0 : 1;
            Assert.InRange(held, 0, Limit);
        }

        Assert.InRange(errors, 5_000, 19_999);
    }

    private static FrameFault? ReadAll(byte[] stream, out int held)
    {
        var reader = new FrameReader(new MemoryStream(stream), Limit);
        try
        {
            while (reader.Read())
                Assert.InRange(reader.Payload.Length, 0, Limit);

            return null;
        }
        catch (FrameException exception)
        {
            return exception.Fault;
        }
        finally
        {
            held = reader.BufferSize;
        }
    }

    private static byte[] Recorded()
    {
        using var stream = new MemoryStream();
        var writer = new FrameWriter(stream, Limit);
        for (var index = 0; index < s_lengths.Length; index++)
            writer.Write((FrameKind)(index + 1), PayloadOf(index));

        return stream.ToArray();
    }

    private static byte[] PayloadOf(int index)
    {
        var payload = new byte[s_lengths[index]];
        new Random(index).NextBytes(payload);
        return payload;
    }
}
