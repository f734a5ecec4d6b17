using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Swf;

/// <summary>
/// Reads Flash: a compressed file (CWS, ZWS) holds one member, the same file uncompressed (FWS); an uncompressed one gives the binary data
/// in its tags.
/// </summary>
internal sealed class SwfReader : IContainerReader
{
    public static readonly SwfReader Instance = new();

    private const int HeaderLength = 8;
    private const int DefineBinaryData = 87;
    private const int LongTag = 0x3F;

    public string Name => "swf";

    public FormatDescription Description { get; } = new(
        "Flash (swf)", "zlib (CWS) and LZMA (ZWS), as the uncompressed file; DefineBinaryData tags; what follows the file", "SWF File Format Specification 19")
    {
        Gaps = "images and sounds in tags are matched as part of the file only",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TryGetSpan(HeaderLength, out var head))
        {
            sink.AddLoss(SwfFaults.Truncated, 0);
            return;
        }

        byte[] header = [(byte)'F', .. head[1..]];
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4));
        switch (head[0])
        {
            case (byte)'F':
                ReadTags(reader, length, sink);
                break;
            case (byte)'C':
                AddZlib(source, header, length, sink);
                break;
            default:
                AddLzma(source, header, length, sink);
                break;
        }
    }

    private static void AddZlib(ByteSource source, byte[] header, uint length, IMemberSink sink)
    {
        using var input = new CodecInput(source, HeaderLength, source.Length, sink.Budget);
        using var content = new Pdf.Filters.ZlibStream(input);
        Add(content, input, source, header, length, sink, behind: HeaderLength + 4);
    }

    /// <summary>The compressed length, five bytes of properties, and the data.</summary>
    private static void AddLzma(ByteSource source, byte[] header, uint length, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget, HeaderLength);
        if (!reader.TryReadUInt32(out _) || !reader.TryGetSpan(5, out var properties))
        {
            sink.AddLoss(SwfFaults.Truncated, source.Length);
            return;
        }

        using var input = new CodecInput(source, reader.Position, source.Length, sink.Budget);
        using var content = CodecStreams.LzmaRaw(input, properties, Math.Max(0, (long)length - HeaderLength));
        Add(content, input, source, header, length, sink, behind: reader.Position);
    }

    private static void Add(DecoderStream content, CodecInput input, ByteSource source, byte[] header, uint length, IMemberSink sink, long behind)
    {
        using var whole = new Mail.PrefixedStream(header, content);
        sink.AddStream(new Member("uncompressed.swf") { DeclaredLength = length }, whole, source.Length);
        if (content.Finished && content.Produced + HeaderLength != length)
            sink.AddFault(SwfFaults.LengthMismatch, 4, $"{content.Produced + HeaderLength}, not {length}");
        // The checksum of zlib is not read by the decoder, nor is a mark at the end of LZMA data of known length.
        var end = input.Consumed + behind;
        if (content.Finished && !sink.ShouldStop && source.Length > end + 8)
            AddTrailing(source, end, sink);
    }

    private static void AddTrailing(ByteSource source, long end, IMemberSink sink)
    {
        sink.AddFault(SwfFaults.TrailingData, end);
        sink.AddSlice(new Member("trailing-data"), source, end, source.Length - end);
    }

    private static void ReadTags(BoundedReader reader, uint length, IMemberSink sink)
    {
        if (length > reader.Length)
            sink.AddLoss(SwfFaults.Truncated, reader.Length, $"The header claims {length} bytes.");
        // The stage is a rectangle of four numbers, whose length in bits comes first; then the frame rate and the number of frames.
        if (!reader.TryPeekSpan(1, out var first) || !reader.TrySkip((5 + 4 * (first[0] >> 3) + 7) / 8 + 4))
        {
            sink.AddLoss(SwfFaults.Truncated, reader.Length);
            return;
        }

        while (!sink.ShouldStop && reader.TryReadUInt16(out var tag))
        {
            long size = tag & LongTag;
            if (size == LongTag)
            {
                if (!reader.TryReadUInt32(out var longSize))
                    break;
                size = longSize;
            }

            var start = reader.Position;
            var code = tag >> 6;
            if (code == DefineBinaryData && size > 6)
                sink.AddSlice(new Member($"binary {start}"), reader.Source, start + 6, Math.Min(size, reader.Length - start) - 6);
            if (code == 0)
                break;
            if (!reader.TrySkip(size))
            {
                sink.AddLoss(SwfFaults.TruncatedTag, start, $"tag {code}");
                return;
            }
        }

        var end = Math.Max(reader.Position, length);
        if (!sink.ShouldStop && reader.Length > end)
            AddTrailing(reader.Source, end, sink);
    }
}
