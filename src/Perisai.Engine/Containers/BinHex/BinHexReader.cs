using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.BinHex;

/// <summary>Reads BinHex 4: a Macintosh file's name, data fork and resource fork as text, with other text around it.</summary>
internal sealed class BinHexReader : IContainerReader
{
    public static readonly BinHexReader Instance = new();

    /// <summary>A file may hold several; each one costs a decoder.</summary>
    private const int MaxBlocks = 64;

    private static ReadOnlySpan<byte> Mark => "(This file must be converted with BinHex"u8;

    public string Name => "binhex";

    public FormatDescription Description { get; } = new(
        "BinHex 4 (hqx)", "data and resource forks, their checksums; several in one text", "RFC 1741, appendix A")
    {
        Limits = "64 files in one text",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var blocks = 0;
        for (var at = reader.IndexOf(Mark, 0); at >= 0 && blocks < MaxBlocks && !sink.ShouldStop; at = reader.IndexOf(Mark, at))
        {
            var start = reader.IndexOf(":"u8, at + Mark.Length, at + 4096);
            at += Mark.Length;
            if (start < 0)
                continue;
            blocks++;
            ReadBlock(source, sink, start + 1);
        }

        if (blocks == 0)
            sink.AddLoss(BinHexFaults.NoBlock, 0);
    }

    private static void ReadBlock(ByteSource source, IMemberSink sink, long start)
    {
        using var input = new CodecInput(source, start, source.Length - start, sink.Budget);
        using var text = new BinHexStream(input);
        // The name's length, a byte of version, type and creator, flags, two lengths, a checksum.
        Span<byte> header = stackalloc byte[1 + 255 + 21];
        var failed = !TryRead(text, header[..1]) || !TryRead(text, header.Slice(1, header[0] + 21));
        if (failed)
        {
            sink.AddLoss(BinHexFaults.Truncated, source.Length);
            return;
        }

        var name = MemberName.Decode(header.Slice(1, header[0]));
        header = header[..(header[0] + 22)];
        var checksum = BinaryPrimitives.ReadUInt16BigEndian(header[^2..]);
        if (checksum != Crc16.BinHex(header[..^2]))
            sink.AddFault(BinHexFaults.HeaderChecksum, start);
        var dataLength = BinaryPrimitives.ReadUInt32BigEndian(header[^10..]);
        var resourceLength = BinaryPrimitives.ReadUInt32BigEndian(header[^6..]);
        if (AddFork(sink, text, name, dataLength, source.Length - start) && resourceLength > 0)
            AddFork(sink, text, name + "/resources", resourceLength, source.Length - start);
        foreach (var fault in text.Faults)
            sink.AddFault(fault.Id, fault.Offset, fault.Detail);
    }

    private static bool AddFork(IMemberSink sink, BinHexStream text, string name, uint length, long stored)
    {
        var part = new MemberContentStream(text);
        part.Begin(length);
        var sum = Crc16.OfBinHex();
        using var content = new SummedStream(part, sum);
        if (length > 0 && !sink.AddStream(new Member(name) { DeclaredLength = length }, content, stored))
            return false;
        Span<byte> checksum = stackalloc byte[2];
        if (part.Left > 0 || !TryRead(text, checksum))
        {
            if (part.Failure is null && !sink.ShouldStop)
                sink.AddLoss(BinHexFaults.Truncated, -1, name);
            return false;
        }

        if (BinaryPrimitives.ReadUInt16BigEndian(checksum) != sum.Value)
            sink.AddFault(BinHexFaults.Checksum, -1, name);
        return true;
    }

    private static bool TryRead(BinHexStream text, Span<byte> destination)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                var count = text.Read(destination);
                if (count == 0)
                    return false;
                destination = destination[count..];
            }

            return true;
        }
        catch (CodecException)
        {
            return false;
        }
    }
}
