using System.Buffers.Binary;
using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Dmg;

/// <summary>
/// Reads Apple disk images (UDIF): a trailer of 512 bytes leads to a property list, and that to tables of chunks. The disk is one member.
/// </summary>
internal sealed class DmgReader : IContainerReader
{
    private const int TrailerLength = 512;
    private const int SectorLength = 512;

    /// <summary>That of an image of 8 GiB has less than a mebibyte.</summary>
    private const long MaxProperties = 32 << 20;

    /// <summary>Plain chunks that share bytes may make small disks this long.</summary>
    private const long OverlapFloor = 64L << 20;

    public static readonly DmgReader Instance = new();

    public string Name => "dmg";

    public FormatDescription Description { get; } = new(
        "Apple disk image (dmg)",
        "UDIF with chunks of zlib, bzip2, LZMA, LZFSE, ADC, plain ones and holes; as one disk with random access",
        "No public specification by Apple; layout after libyal's documentation (https://github.com/libyal/libmodi)")
    {
        Limits = "chunks of 16 MiB, 1,048,576 of them, a property list of 32 MiB",
        Gaps = "encrypted images, images in segments and those with tables in a resource fork only are reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var disk = new Member("disk");
        if (reader.TryPeekSpan(8, out var head) && head.SequenceEqual("encrcdsa"u8))
        {
            sink.AddNotScanned(disk, NotScannedReason.Encrypted, "The image is encrypted.");
            return;
        }

        reader.Position = source.Length - TrailerLength;
        if (!reader.TryPeekSpan(TrailerLength, out var trailer) || !trailer.StartsWith("koly"u8))
        {
            sink.AddLoss(DmgFaults.BadTrailer, reader.Position);
            return;
        }

        var dataStart = BinaryPrimitives.ReadInt64BigEndian(trailer[24..]);
        var segments = BinaryPrimitives.ReadUInt32BigEndian(trailer[60..]);
        var start = BinaryPrimitives.ReadInt64BigEndian(trailer[216..]);
        var length = BinaryPrimitives.ReadInt64BigEndian(trailer[224..]);
        var sectors = BinaryPrimitives.ReadInt64BigEndian(trailer[492..]);
        if (segments > 1)
            sink.AddNotScanned(disk, NotScannedReason.MissingVolume, $"The image has {segments} segments.");
        if (length == 0)
        {
            sink.AddNotScanned(disk, NotScannedReason.Unsupported, "The tables of the image are in a resource fork.");
            return;
        }

        if (start < 0 || length < 0 || length > MaxProperties || start > source.Length - length || !sink.Budget.TryReserveMemory(length))
        {
            sink.AddLoss(DmgFaults.BadProperties, start);
            return;
        }

        var chunks = new List<DmgChunk>();
        var properties = new byte[length];
        reader.Position = start;
        if (!reader.TryRead(properties) || !DmgTables.TryRead(properties, Math.Max(0, dataStart), sink.Budget, chunks))
            sink.AddLoss(DmgFaults.BadTable, start);
        sink.Budget.ReleaseMemory(length);
        HandOn(source, chunks, sectors, sink);
    }

    private static void HandOn(ByteSource source, List<DmgChunk> chunks, long sectors, IMemberSink sink)
    {
        chunks.Sort((left, right) => left.Start.CompareTo(right.Start));
        long stored = 0, outside = 0, unknown = 0;
        var length = sectors is > 0 and < long.MaxValue / SectorLength / 4 ? sectors * SectorLength : 0;
        foreach (var chunk in chunks)
        {
            length = Math.Max(length, chunk.Start + chunk.Length);
            if (chunk.IsHole)
                continue;
            stored = long.CreateSaturating((Int128)stored + chunk.Stored);
            outside += chunk.Offset > source.Length || chunk.Stored > source.Length - chunk.Offset ? 1 : 0;
            unknown += !chunk.IsKnown || chunk.Kind != DmgChunkKind.Plain && chunk.Length > DmgSource.MaxChunk ? 1 : 0;
        }

        if (chunks.Count == 0)
            return;
        if (stored > Math.Min(source.Length, long.MaxValue / 4) * 2 + OverlapFloor)
        {
            sink.AddFault(DmgFaults.OverlappingChunks, 0, "The chunks of the image share their bytes.");
            sink.AddNotScanned(new Member("disk"), NotScannedReason.OverBudget, "An image whose chunks share their bytes was not opened.");
            return;
        }

        if (outside > 0)
            sink.AddLoss(DmgFaults.ChunkOutside, source.Length, $"{outside} chunks are not in the file.");
        if (unknown > 0)
            sink.AddNotScanned(new Member("disk"), NotScannedReason.Unsupported, $"{unknown} chunks are stored in an unknown way, or too long.");
        using var disk = new DmgSource(source, [.. chunks], length, sink.Budget);
        var member = new Member("disk") { DeclaredLength = length };
        if (sink.AddSlice(member, disk, 0, length))
            ForeignVolume.Report(member, disk, 0, sink);
        // A member that is no part of the container's own bytes is scanned at once: by now its chunks were decoded.
        if (disk.Damaged > 0)
            sink.AddLoss(DmgFaults.BadChunk, disk.FirstDamage, $"Chunks cannot be decoded ({disk.Damaged} times).");
    }
}
