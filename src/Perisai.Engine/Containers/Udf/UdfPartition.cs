using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Udf;

/// <summary>
/// A partition of the logical volume: blocks in a stretch of the image. Some have moved: single ones by a table of all (write-once discs), packets by
/// a table of defects, or all into a file (metadata).
/// </summary>
internal sealed class UdfPartition(ByteSource image, long start, int blockLength)
{
    /// <summary>Where each block is; null where it is in its place.</summary>
    public uint[]? VirtualTable { get; set; }

    /// <summary>Packets that were moved, by their first block, and the image's sectors where they are.</summary>
    public Dictionary<uint, uint>? Spared { get; set; }

    public int PacketLength { get; set; } = 32;

    /// <summary>The pieces of the metadata file, in which the blocks of a metadata partition lie.</summary>
    public List<Piece>? Metadata { get; set; }

    /// <summary>Appends the pieces of a stretch of the partition. False: a block has no place.</summary>
    public bool TryMap(long block, long length, List<Piece> pieces)
    {
        if (VirtualTable is null && Spared is null && Metadata is null)
        {
            VolumeFiles.Append(pieces, new(image, start + block * blockLength, length));
            return true;
        }

        if (Metadata is not null)
            return TryMapMetadata(block * blockLength, length, pieces);
        for (; length > 0; block++, length -= blockLength)
        {
            var offset = start + block * blockLength;
            if (VirtualTable is not null)
            {
                if (block >= VirtualTable.Length || VirtualTable[block] == uint.MaxValue)
                    return false;
                offset = start + VirtualTable[block] * (long)blockLength;
            }
            else if (Spared!.TryGetValue((uint)(block / PacketLength * PacketLength), out var packet))
            {
                offset = (packet + block % PacketLength) * blockLength;
            }

            VolumeFiles.Append(pieces, new(image, offset, Math.Min(length, blockLength)));
        }

        return true;
    }

    private bool TryMapMetadata(long offset, long length, List<Piece> pieces)
    {
        foreach (var piece in Metadata!)
        {
            if (length <= 0)
                return true;
            if (offset >= piece.Length)
            {
                offset -= piece.Length;
                continue;
            }

            var count = Math.Min(length, piece.Length - offset);
            VolumeFiles.Append(pieces, piece with { Offset = piece.Offset + offset, Length = count });
            (offset, length) = (0, length - count);
        }

        return length <= 0;
    }
}
