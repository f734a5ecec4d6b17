using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Inflate;

namespace Perisai.Engine.Containers.VirtualDisks;

/// <summary>The clusters of a QEMU disk. An entry of the second table holds a place; of a compressed cluster also its length in sectors.</summary>
internal sealed class Qcow2Source : BlockMapSource
{
    private const ulong OffsetBits = 0x00FFFFFFFFFFFE00;
    private const ulong CompressedBit = 1UL << 62;
    private const int SectorLength = 512;

    private readonly long _table;
    private readonly long _entries;
    private readonly int _clusterBits;
    private readonly bool _isZstd;
    private readonly BoundedReader _first;
    private readonly BoundedReader _second;
    private readonly DecodedBlocks _decoded;
    private readonly CodecInput _input;
    private readonly InflateStream _inflate;

    public Qcow2Source(ByteSource file, long table, long entries, long length, int clusterBits, bool isZstd, ScanBudget budget)
        : base(file, length, 1 << clusterBits, budget)
    {
        (_table, _entries, _clusterBits, _isZstd) = (table, entries, clusterBits, isZstd);
        _first = new(file, budget);
        _second = new(file, budget);
        _decoded = new(budget, Blocks);
        _input = new(budget);
        _inflate = new(_input);
    }

    private long EntriesOfSecond => BlockLength / 8;

    protected override long NextMapped(long block)
    {
        while (block < Blocks && Budget.CheckTime())
        {
            if (SecondOf(block) is not { } table || table + block % EntriesOfSecond * 8 > File.Length - 8)
                return EndForWantOfTables();
            var within = block % EntriesOfSecond;
            var left = EntriesOfSecond - within;
            var holes = table == 0 ? left : CountUnmapped(_second, table + within * 8, left, 8, 0);
            block += holes;
            if (holes < left)
                break;
        }

        return block;
    }

    protected override long Find(long block)
    {
        var entry = EntryOf(block);
        if ((entry & CompressedBit) != 0)
            return (long)(entry & (1UL << OffsetWidth) - 1);
        // The lowest bit stands for zeros, whatever is stored.
        var offset = (long)(entry & OffsetBits);
        return offset == 0 || (entry & 1) != 0 ? Hole : offset;
    }

    protected override int StoredLength(long block, int needed) => (EntryOf(block) & CompressedBit) != 0 ? 1 : needed;

    protected override void ReadBlock(long block, int within, Span<byte> part)
    {
        var entry = EntryOf(block);
        if ((entry & CompressedBit) == 0)
        {
            base.ReadBlock(block, within, part);
            return;
        }

        if (_decoded.Find(block) is not { } content)
        {
            content = _decoded.Add(block, BlockLength);
            Complete(block, content, Decode(entry, content));
        }

        content.AsSpan(within, part.Length).CopyTo(part);
    }

    protected override void Dispose(bool disposing)
    {
        _inflate.Dispose();
        _input.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Bits of a compressed cluster's place; those above them count sectors beyond the first.</summary>
    private int OffsetWidth => 62 - (_clusterBits - 8);

    private int Decode(ulong entry, byte[] content)
    {
        var place = (long)(entry & (1UL << OffsetWidth) - 1);
        var sectors = (long)((entry & ~(3UL << 62)) >> OffsetWidth) + 1;
        _input.Reset(File, place, sectors * SectorLength - place % SectorLength);
        if (!_isZstd)
            return BlockDecoding.Inflate(_input, _inflate, 0, content);
        using var zstd = CodecStreams.Zstd(_input);
        return BlockDecoding.Fill(zstd, content);
    }

    private ulong EntryOf(long block)
    {
        if (SecondOf(block) is not ({ } table and > 0))
            return 0;
        _second.Position = table + block % EntriesOfSecond * 8;
        return _second.TryReadUInt64(out var entry, bigEndian: true) ? entry : 0;
    }

    /// <summary>Where the second table for a cluster lies; 0 where there is none, null where the first table is too short.</summary>
    private long? SecondOf(long block)
    {
        var index = block / EntriesOfSecond;
        _first.Position = _table + index * 8;
        return index < _entries && _first.TryReadUInt64(out var entry, bigEndian: true) ? (long)(entry & OffsetBits) : null;
    }
}
