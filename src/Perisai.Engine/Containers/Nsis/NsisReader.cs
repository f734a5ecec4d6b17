using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Nsis;

/// <summary>
/// Reads the data of Nullsoft installers: the script's header, then the files that it names, in one compressed stream or each in its own.
/// </summary>
internal sealed class NsisReader : IContainerReader
{
    public static readonly NsisReader Instance = new();

    /// <summary>Bit 2 of the flags: there is no checksum at the end.</summary>
    private const int NoChecksumFlag = 4;

    private const int LzmaProperties = 5;

    public string Name => "nsis";

    public FormatDescription Description { get; } = new(
        "Nullsoft installer (NSIS)", "header and files; deflate, bzip2, LZMA, stored; solid and file by file", "NSIS source documentation (Source/exehead/fileform.h)")
    {
        Gaps = "names of files, which the script's instructions hold; LZMA behind a filter for x86 code is reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TryGetSpan(NsisFormat.FirstHeaderLength, out var first))
        {
            sink.AddLoss(NsisFaults.TruncatedHeader, 0);
            return;
        }

        var flags = BinaryPrimitives.ReadUInt32LittleEndian(first);
        var headerLength = BinaryPrimitives.ReadUInt32LittleEndian(first[20..]);
        long end = BinaryPrimitives.ReadUInt32LittleEndian(first[24..]);
        if (end > source.Length)
        {
            sink.AddLoss(NsisFaults.Truncated, source.Length, $"The header claims {end} bytes.");
            end = source.Length;
        }

        var dataEnd = (flags & NoChecksumFlag) == 0 ? Math.Max(NsisFormat.FirstHeaderLength, end - 4) : end;
        reader.TryPeekSpan((int)Math.Min(16, reader.Remaining), out var data);
        var (method, isSolid) = NsisFormat.Find(data, headerLength);
        var format = new NsisFormat(method, isSolid, headerLength, dataEnd);
        if (isSolid)
            ReadSolid(source, sink, format);
        else
            ReadBlocks(reader, sink, format);
        if (!sink.ShouldStop)
            TrailingData.Add(source, sink, end, NsisFaults.TrailingData);
    }

    private static void ReadSolid(ByteSource source, IMemberSink sink, in NsisFormat format)
    {
        var stored = format.End - NsisFormat.FirstHeaderLength;
        using var input = new CodecInput(source, NsisFormat.FirstHeaderLength, stored, sink.Budget);
        if (!TryOpen(input, format.Method, sink, "files", out var decoder))
            return;
        using (decoder)
        {
            var part = new MemberContentStream(decoder);
            for (var index = 0; !sink.ShouldStop; index++)
            {
                if (!TryReadLength(decoder, out var length, out var hasEnded))
                {
                    if (!hasEnded)
                        sink.AddLoss(NsisFaults.Truncated, NsisFormat.FirstHeaderLength, $"{index} parts could be read.");
                    return;
                }

                if (index == 0 && length != format.HeaderLength)
                    sink.AddFault(NsisFaults.HeaderLength, NsisFormat.FirstHeaderLength);
                part.Begin(length);
                if (!sink.AddStream(Describe(index, length), part, stored) || part.Failure is not null)
                    return;
                if (part.EndedEarly)
                {
                    sink.AddLoss(NsisFaults.Truncated, source.Length);
                    return;
                }
            }
        }
    }

    /// <summary>Four bytes; nothing at all is the end.</summary>
    private static bool TryReadLength(DecoderStream decoder, out uint length, out bool hasEnded)
    {
        Span<byte> bytes = stackalloc byte[4];
        var count = 0;
        length = 0;
        hasEnded = false;
        try
        {
            while (count < 4)
            {
                var got = decoder.Read(bytes[count..]);
                if (got == 0)
                {
                    hasEnded = count == 0 && decoder.Finished;
                    return false;
                }

                count += got;
            }
        }
        catch (CodecException)
        {
            return false;
        }

        length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return true;
    }

    private static void ReadBlocks(BoundedReader reader, IMemberSink sink, in NsisFormat format)
    {
        for (var index = 0; !sink.ShouldStop && reader.Position < format.End; index++)
        {
            var at = reader.Position;
            if (!reader.TryReadUInt32(out var word))
            {
                sink.AddLoss(NsisFaults.Truncated, at);
                return;
            }

            var isCompressed = (word & NsisFormat.CompressedFlag) != 0;
            long length = word & ~NsisFormat.CompressedFlag;
            var offset = reader.Position;
            if (length > format.End - offset)
            {
                sink.AddLoss(NsisFaults.Truncated, at, $"{index} parts could be read.");
                length = format.End - offset;
            }

            if (!isCompressed)
            {
                if (!sink.AddSlice(Describe(index, length), reader.Source, offset, length))
                    return;
            }
            else if (!AddBlock(reader.Source, sink, format.Method, index, offset, length))
            {
                return;
            }

            reader.Position = offset + length;
        }
    }

    private static bool AddBlock(ByteSource source, IMemberSink sink, NsisMethod method, int index, long offset, long length)
    {
        using var input = new CodecInput(source, offset, length, sink.Budget);
        var member = Describe(index, -1);
        if (!TryOpen(input, method, sink, member.Name, out var decoder))
            return !sink.ShouldStop;
        using (decoder)
            return sink.AddStream(member, decoder, length);
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The caller disposes it.")]
    private static bool TryOpen(CodecInput input, NsisMethod method, IMemberSink sink, string name, [NotNullWhen(true)] out DecoderStream? decoder)
    {
        decoder = null;
        if (method == NsisMethod.FilteredLzma)
        {
            var isFiltered = input.Peek(1) is [not 0];
            if (isFiltered)
            {
                sink.AddNotScanned(new Member(name), NotScannedReason.Unsupported, "nsis: LZMA behind a filter.");
                return false;
            }

            input.Skip(1);
            method = NsisMethod.Lzma;
        }

        switch (method)
        {
            case NsisMethod.Bzip2:
                decoder = new NsisBzip2Stream(input);
                return true;
            case NsisMethod.Lzma:
                var properties = input.Peek(LzmaProperties).ToArray();
                if (properties.Length < LzmaProperties)
                {
                    sink.AddLoss(NsisFaults.Truncated, -1);
                    return false;
                }

                input.Skip(LzmaProperties);
                decoder = CodecStreams.LzmaRaw(input, properties, -1);
                return true;
            default:
                decoder = CodecStreams.Deflate(input);
                return true;
        }
    }

    private static Member Describe(int index, long length) => new(index == 0 ? "header" : $"file-{index}") { DeclaredLength = length };
}
