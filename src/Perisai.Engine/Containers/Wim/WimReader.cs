using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Wim;

/// <summary>Reads Windows images: every resource of the table, under the digest that the table has for it.</summary>
internal sealed class WimReader : IContainerReader
{
    public static readonly WimReader Instance = new();

    private const int HeaderLength = 208;
    private const int EntryLength = 50;
    private const int XpressFlag = 0x20000;
    private const int LzxFlag = 0x40000;

    public string Name => "wim";

    public FormatDescription Description { get; } = new(
        "Windows image (wim, swm)", "stored, XPRESS and LZX resources; the description in XML", "Microsoft, Windows Imaging File Format; [MS-XCA]")
    {
        Gaps = "files are named after their digests; LZMS, solid resources (esd), LZX in chunks of another length than 32 KiB and parts of a split image are reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TryPeekSpan(HeaderLength, out var header))
        {
            sink.AddLoss(WimFaults.TruncatedHeader, 0);
            return;
        }

        var flags = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        var chunkLength = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        int parts = BinaryPrimitives.ReadUInt16LittleEndian(header[42..]);
        var table = WimResource.Parse(header[48..]);
        var description = WimResource.Parse(header[72..]);
        if (parts > 1)
            sink.AddNotScanned(new Member("parts"), NotScannedReason.MissingVolume, $"The image has {parts} parts.");
        if (description.Length > 0 && !Add(source, sink, description, "description.xml", flags, chunkLength))
            return;
        // The table is stored as it is, but for images of which nobody knows.
        if (table.IsCompressed || table.Offset > source.Length)
        {
            sink.AddLoss(WimFaults.BadTable, table.Offset);
            return;
        }

        var entries = table.Stored / EntryLength;
        reader.Position = table.Offset;
        for (long index = 0; index < entries && !sink.ShouldStop; index++)
        {
            if (!reader.TryGetSpan(EntryLength, out var entry))
            {
                sink.AddLoss(WimFaults.Truncated, reader.Position, $"{index} of {entries} resources are in the table.");
                return;
            }

            var resource = WimResource.Parse(entry);
            var name = (resource.IsMetadata ? "files-" : "") + Convert.ToHexStringLower(entry[30..]);
            if (!resource.IsFree && !Add(source, sink, resource, name, flags, chunkLength))
                return;
        }
    }

    private static bool Add(ByteSource source, IMemberSink sink, in WimResource resource, string name, uint flags, uint chunkLength)
    {
        var member = new Member(name) { DeclaredLength = resource.Length };
        if (resource.IsSpanned)
            return sink.AddNotScanned(member, NotScannedReason.MissingVolume, "The resource goes over several parts.");
        if (resource.IsSolid)
            return sink.AddNotScanned(member, NotScannedReason.Unsupported, "wim: a solid resource.");
        if (resource.Offset > source.Length || resource.Stored > source.Length - resource.Offset)
        {
            sink.AddLoss(WimFaults.Truncated, source.Length, name);
            if (resource.Offset >= source.Length)
                return true;
        }

        if (!resource.IsCompressed)
            return sink.AddSlice(member, source, resource.Offset, resource.Stored);
        var isLzx = (flags & LzxFlag) != 0;
        if (!isLzx && (flags & XpressFlag) == 0 || (isLzx ? chunkLength != 32 << 10 : chunkLength is < 4096 or > 65536))
            return sink.AddNotScanned(member, NotScannedReason.Unsupported, $"wim: method {flags:x}, chunks of {chunkLength} bytes.");
        using var decoder = new WimChunkStream(source, resource, (int)chunkLength, isLzx, sink.Budget);
        return sink.AddStream(member, decoder, resource.Stored);
    }
}
