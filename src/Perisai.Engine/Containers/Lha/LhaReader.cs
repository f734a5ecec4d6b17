using System.Diagnostics.CodeAnalysis;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Legacy;

namespace Perisai.Engine.Containers.Lha;

/// <summary>
/// Reads LHA archives (lzh, lzs): a header and the data of each file until a zero byte. Where a header is damaged, the next one is
/// searched for.
/// </summary>
internal sealed class LhaReader : IContainerReader
{
    public static readonly LhaReader Instance = new();

    private const int MinHeader = 22;

    public string Name => "lha";

    public FormatDescription Description { get; } = new(
        "LHA (lzh, lha, lzs)", "methods lh0, lh1, lh4 to lh7, lz4, lz5, lzs, pm0; headers of levels 0 to 3",
        "[LHA header format](https://github.com/jca02266/lha/blob/master/header.doc.md)")
    {
        Gaps = "methods lh2, lh3, lhx, pm1 and pm2 are reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        while (!sink.ShouldStop)
        {
            var at = reader.Position;
            if (reader.AtEnd)
            {
                // Programs differ in whether they write the zero; whoever cuts exactly here loses files.
                sink.AddLoss(LhaFaults.MissingEnd, at);
                return;
            }

            if (LhaHeader.TryRead(reader) is not { } header)
            {
                reader.Position = at;
                if (reader.TryPeekSpan(1, out var end) && end[0] == 0)
                {
                    TrailingData.Add(source, sink, at, LhaFaults.TrailingData);
                    return;
                }

                sink.AddLoss(LhaFaults.BadHeader, at);
                if (!FindNext(reader, at + 1))
                    return;
                continue;
            }

            if (!header.ChecksumMatches)
                sink.AddFault(LhaFaults.HeaderChecksum, at);
            if (!header.IsDirectory && !Add(source, sink, header, reader.Position))
                return;
            if (header.StoredLength > reader.Remaining)
            {
                sink.AddLoss(LhaFaults.Truncated, source.Length);
                // A wrong length must not hide what follows.
                if (!FindNext(reader, reader.Position))
                    return;
                continue;
            }

            reader.TrySkip(header.StoredLength);
        }
    }

    private static bool FindNext(BoundedReader reader, long from)
    {
        for (var at = from + 2; (at = reader.IndexOf("-l"u8, at)) >= 0 && reader.Budget.CheckTime(); at++)
        {
            reader.Position = at - 2;
            if (!reader.TryPeekSpan(MinHeader, out var bytes) || !LhaHeader.CanBegin(bytes))
                continue;
            if (LhaHeader.TryRead(reader) is not { ChecksumMatches: true })
                continue;
            reader.Position = at - 2;
            return true;
        }

        return false;
    }

    private static bool Add(ByteSource source, IMemberSink sink, LhaHeader header, long offset)
    {
        var member = new Member(header.Name) { DeclaredLength = header.OriginalLength };
        var stored = Math.Min(header.StoredLength, source.Length - offset);
        if (header.Method is "-lh0-" or "-lz4-" or "-pm0-")
            return sink.AddSlice(member, source, offset, stored);
        using var input = new CodecInput(source, offset, stored, sink.Budget);
        using var decoder = Open(header, input);
        if (decoder is null)
            return sink.AddNotScanned(member, NotScannedReason.Unsupported, $"lha: method {header.Method}.");
        var sum = Crc16.OfLha();
        using var content = new SummedStream(decoder, sum);
        var more = sink.AddStream(member, content, stored);
        if (decoder.Finished && header.Checksum is { } checksum && checksum != sum.Value)
            sink.AddFault(LhaFaults.Checksum, offset, header.Name);
        return more;
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The caller disposes it.")]
    private static DecoderStream? Open(LhaHeader header, CodecInput input)
    {
        var length = header.OriginalLength;
        const byte Blank = (byte)' ';
        return header.Method switch
        {
            "-lh1-" => new LzhDynamicStream(input, length),
            "-lh4-" => new LzhStream(input, length, 4 << 10, 14, Blank),
            "-lh5-" => new LzhStream(input, length, 8 << 10, 14, Blank),
            "-lh6-" => new LzhStream(input, length, 32 << 10, 16, Blank),
            "-lh7-" => new LzhStream(input, length, 64 << 10, 17, Blank),
            "-lz5-" => new RingStream(input, length, 4096 - 18, isLz5: true),
            "-lzs-" => new LzsStream(input, length),
            _ => null,
        };
    }
}
