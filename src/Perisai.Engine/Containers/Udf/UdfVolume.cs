using System.Buffers.Binary;
using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Udf;

/// <summary>A logical volume: its partitions, the place of its file set, and how entries and their extents are read.</summary>
internal sealed class UdfVolume(ByteSource image, int blockLength, ScanBudget budget)
{
    private const uint LengthBits = 0x3FFFFFFF;

    /// <summary>A file in more pieces than this is cut.</summary>
    private const int MaxPieces = 1 << 18;

    private const int MaxContinuations = 1 << 14;

    public ByteSource Image => image;

    public int BlockLength => blockLength;

    public List<UdfPartition?> Partitions { get; } = [];

    public UdfPlace FileSet { get; set; }

    /// <summary>Reads a block of a partition; null where it is not there.</summary>
    public byte[]? ReadBlock(in UdfPlace place)
    {
        var pieces = new List<Piece>();
        if (place.Partition >= Partitions.Count || Partitions[place.Partition] is not { } partition || !partition.TryMap(place.Block, blockLength, pieces))
            return null;
        var block = new byte[blockLength];
        using var stream = new PieceStream(pieces);
        var count = stream.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
        return budget.ChargeRead(count) && count == block.Length ? block : null;
    }

    public UdfEntry? ReadEntry(in UdfPlace place) => ReadBlock(place) is { } block ? UdfEntry.Parse(block, place.Partition) : null;

    /// <summary>The pieces of a file. False: some cannot be told; those before them are there.</summary>
    public bool TryGetPieces(UdfEntry entry, List<Piece> pieces)
    {
        var descriptors = entry.Descriptors;
        long found = 0;
        for (var continuations = 0; continuations < MaxContinuations; continuations++)
        {
            if (!TryRead(entry, descriptors, pieces, ref found, out var next))
                return false;
            if (next is not { } place)
                return true;
            // The descriptors go on in another block, behind a header of 24 bytes.
            if (ReadBlock(place) is not { } block || UdfTags.Read(block) != UdfTag.AllocationExtent)
                return false;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(20));
            descriptors = block[24..(int)Math.Min(block.Length, 24 + (long)length)];
        }

        return false;
    }

    private bool TryRead(UdfEntry entry, ReadOnlySpan<byte> descriptors, List<Piece> pieces, ref long found, out UdfPlace? next)
    {
        next = null;
        var stored = entry.DescriptorKind switch { 0 => 8, 1 => UdfPlace.StoredLength, _ => 0 };
        if (stored == 0)
            return false;
        for (; descriptors.Length >= stored && found < entry.Length; descriptors = descriptors[stored..])
        {
            var value = BinaryPrimitives.ReadUInt32LittleEndian(descriptors);
            var length = value & LengthBits;
            if (length == 0)
                return true;
            var place = stored == 8
                ? new(length, BinaryPrimitives.ReadUInt32LittleEndian(descriptors[4..]), entry.Partition) : UdfPlace.Read(descriptors);
            switch (value >> 30)
            {
                case 3:
                    next = place;
                    return true;
                case 0:
                    if (place.Partition >= Partitions.Count || Partitions[place.Partition] is not { } partition
                        || !partition.TryMap(place.Block, length, pieces) || pieces.Count > MaxPieces)
                        return false;
                    break;
                default:
                    // Allocated and not recorded, or neither: zeros.
                    VolumeFiles.Append(pieces, new(null, 0, length));
                    break;
            }

            found += length;
        }

        return true;
    }
}
