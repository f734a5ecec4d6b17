using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Xar;

/// <summary>Reads xar archives (macOS packages): a header, a table of contents in compressed XML, and a heap of files.</summary>
internal sealed class XarReader : IContainerReader
{
    public static readonly XarReader Instance = new();

    private const int HeaderLength = 28;

    /// <summary>Tables of contents are some kilobytes; one of millions of files is 100 MiB.</summary>
    private const long MaxContents = 64 << 20;

    public string Name => "xar";

    public FormatDescription Description { get; } = new(
        "xar (pkg)", "stored, gzip, bzip2, lzma and xz files; the table of contents as a member", "The xar format (mackyle's wiki)")
    {
        Limits = "a table of contents of 64 MiB",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TryGetSpan(HeaderLength, out var header))
        {
            sink.AddLoss(XarFaults.TruncatedHeader, 0);
            return;
        }

        long start = BinaryPrimitives.ReadUInt16BigEndian(header[4..]);
        var stored = (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(header[8..]), (ulong)source.Length);
        var heap = start + stored;
        if (heap > source.Length)
            sink.AddLoss(XarFaults.Truncated, source.Length);
        var contents = ReadContents(source, sink, start, stored);
        if (contents is null)
            return;
        var text = new MemoryByteSource(contents);
        if (!sink.AddSlice(new Member("toc.xml"), text, 0, contents.Length))
            return;
        using var stream = new MemoryStream(contents, false);
        var files = XarContents.Read(stream, out var isDamaged);
        if (isDamaged)
            sink.AddLoss(XarFaults.BadContents, start, $"{files.Count} files could be read.");
        foreach (var file in files)
        {
            if (sink.ShouldStop || !Add(source, sink, file, heap))
                return;
        }
    }

    private static byte[]? ReadContents(ByteSource source, IMemberSink sink, long start, long stored)
    {
        using var input = new CodecInput(source, start + 2, Math.Max(0, stored - 2), sink.Budget);
        using var decoder = CodecStreams.Deflate(input);
        using var contents = new MemoryStream();
        var buffer = new byte[16 << 10];
        try
        {
            int count;
            while ((count = decoder.Read(buffer)) > 0 && sink.Budget.ChargeProduced(count))
            {
                contents.Write(buffer, 0, count);
                if (contents.Length <= MaxContents)
                    continue;
                sink.AddNotScanned(new Member("toc.xml"), NotScannedReason.OverBudget, "The table of contents is too long.");
                return null;
            }
        }
        catch (CodecException exception)
        {
            sink.AddLoss(XarFaults.BadContents, start, exception.Message);
        }

        return contents.ToArray();
    }

    private static bool Add(ByteSource source, IMemberSink sink, XarFile file, long heap)
    {
        var member = new Member(file.Name) { DeclaredLength = file.Length };
        if (file.Offset > source.Length - heap || file.Stored > source.Length - heap - file.Offset)
            sink.AddLoss(XarFaults.Truncated, source.Length, file.Name);
        if (file.Offset > source.Length - heap)
            return true;
        var offset = heap + file.Offset;
        var stored = Math.Min(file.Stored, source.Length - offset);
        if (file.Encoding is "" or "application/octet-stream")
            return sink.AddSlice(member, source, offset, stored);
        using var input = new CodecInput(source, offset, stored, sink.Budget);
        using var decoder = Open(file, input);
        if (decoder is null)
            return sink.AddNotScanned(member, NotScannedReason.Unsupported, $"xar: {file.Encoding}.");
        var more = sink.AddStream(member, decoder, stored);
        if (decoder.Finished && file.Length >= 0 && decoder.Produced != file.Length)
            sink.AddFault(XarFaults.LengthMismatch, offset, file.Name);
        return more;
    }

    /// <summary>What is called gzip has zlib's header; what is called lzma may be xz.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The caller disposes it.")]
    private static DecoderStream? Open(XarFile file, CodecInput input)
    {
        switch (file.Encoding)
        {
            case "application/x-gzip":
                if (input.Peek(2) is [0x1F, 0x8B])
                    return CodecStreams.Gzip(input);
                input.Skip(2);
                return CodecStreams.Deflate(input);
            case "application/x-bzip2":
                return CodecStreams.Bzip2(input);
            case "application/x-lzma" or "application/x-xz":
                return input.Peek(2) is [0xFD, (byte)'7'] ? CodecStreams.Xz(input) : CodecStreams.Lzma(input);
            default:
                return null;
        }
    }
}
