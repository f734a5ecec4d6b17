using Perisai.Engine.Formats;

namespace Perisai.Engine.Containers.Rpm;

/// <summary>
/// Reads RPM packages: the lead, the signature header, the header, and then the payload, which is handed on as one member and
/// opened by its own type (gzip, bzip2, xz, lzma, zstd, or cpio as it is). Layout: the RPM V4 package format of the RPM
/// reference manual.
/// </summary>
internal sealed class RpmReader : IContainerReader
{
    private const int LeadLength = 96;
    private const int PreambleLength = 16;
    private const int IndexEntryLength = 16;

    public static readonly RpmReader Instance = new();

    public string Name => "rpm";

    public FormatDescription Description { get; } = new(
        "RPM package (rpm)",
        "the payload, by its own type",
        "RPM V4 package format")
    {
        Gaps = "packages of version 3 without a signature header give one member for all",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TrySkip(LeadLength))
        {
            sink.AddLoss(RpmFaults.TruncatedHeader, 0);
            return;
        }

        // Only the signature header is padded.
        if (SkipHeader(reader, sink, alignment: 8))
            SkipHeader(reader, sink, alignment: 1);
        if (reader.AtEnd)
        {
            sink.AddLoss(RpmFaults.NoPayload, reader.Position);
            return;
        }

        var payload = new SliceByteSource(source, reader.Position, reader.Remaining);
        if (!IsPayload(TypeIdentifier.Identify(new BoundedReader(payload, sink.Budget))))
            sink.AddLoss(RpmFaults.UnknownPayload, reader.Position);
        if (!sink.ShouldStop)
            sink.AddSlice(new Member("payload"), source, reader.Position, reader.Remaining);
    }

    private static bool IsPayload(FileType type) =>
        type is FileType.Gzip or FileType.Bzip2 or FileType.Xz or FileType.Lzma or FileType.Zstd or FileType.Cpio;

    private static bool SkipHeader(BoundedReader reader, IMemberSink sink, int alignment)
    {
        var at = reader.Position;
        if (!reader.TryPeekSpan(PreambleLength, out var preamble) || !preamble.StartsWith<byte>([0x8E, 0xAD, 0xE8]))
        {
            sink.AddFault(RpmFaults.BadHeader, at);
            return false;
        }

        reader.TrySkip(8);
        reader.TryReadUInt32(out var entries, bigEndian: true);
        reader.TryReadUInt32(out var data, bigEndian: true);
        var length = (long)entries * IndexEntryLength + data;
        if (!reader.TrySkip(length))
        {
            // What stands here is taken for the payload: better looked at in vain than not at all.
            sink.AddFault(RpmFaults.TruncatedHeader, at);
            return false;
        }

        reader.TrySkip((alignment - reader.Position % alignment) % alignment);
        return true;
    }
}
