using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Inflate;

namespace Perisai.Engine.Containers.VirtualDisks;

/// <summary>
/// The grains of a sparse extent: a directory leads to tables, and those to the sectors of the grains. A compressed grain has its number and
/// length before it, and is a zlib stream.
/// </summary>
internal sealed class VmdkSource : BlockMapSource
{
    private const int SectorLength = 512;
    private const int GrainHeaderLength = 12;
    private const int ZlibHeaderLength = 2;

    private readonly VmdkHeader _header;
    private readonly BoundedReader _directory;
    private readonly BoundedReader _table;
    private readonly DecodedBlocks _decoded;
    private readonly CodecInput _input;
    private readonly InflateStream _inflate;

    public VmdkSource(ByteSource file, VmdkHeader header, ScanBudget budget)
        : base(file, header.Capacity * SectorLength, (int)header.Grain * SectorLength, budget)
    {
        _header = header;
        _directory = new(file, budget);
        _table = new(file, budget);
        _decoded = new(budget, Blocks);
        _input = new(budget);
        _inflate = new(_input);
    }

    protected override long NextMapped(long block)
    {
        while (block < Blocks && Budget.CheckTime())
        {
            if (TableOf(block) is not { } table || table * SectorLength + block % _header.EntriesOfTable * 4 > File.Length - 4)
                return EndForWantOfTables();
            var within = block % _header.EntriesOfTable;
            var left = _header.EntriesOfTable - within;
            var holes = table == 0 ? left : CountUnmapped(_table, table * SectorLength + within * 4, left, 4, 0);
            block += holes;
            if (holes < left)
                break;
        }

        return block;
    }

    protected override long Find(long block)
    {
        if (TableOf(block) is not ({ } table and > 0))
            return Hole;
        _table.Position = table * SectorLength + block % _header.EntriesOfTable * 4;
        // 1 stands for a grain of zeros.
        return _table.TryReadUInt32(out var sector) && sector > 1 ? sector * (long)SectorLength : Hole;
    }

    protected override int StoredLength(long block, int needed) => _header.IsCompressed ? GrainHeaderLength : needed;

    protected override void ReadBlock(long block, int within, Span<byte> part)
    {
        if (!_header.IsCompressed)
        {
            base.ReadBlock(block, within, part);
            return;
        }

        if (_decoded.Find(block) is not { } content)
        {
            var place = Find(block);
            if (place == Hole)
            {
                part.Clear();
                return;
            }

            content = _decoded.Add(block, BlockLength);
            Complete(block, content, Decode(place, content));
        }

        content.AsSpan(within, part.Length).CopyTo(part);
    }

    protected override void Dispose(bool disposing)
    {
        _inflate.Dispose();
        _input.Dispose();
        base.Dispose(disposing);
    }

    private int Decode(long place, byte[] content)
    {
        Span<byte> header = stackalloc byte[GrainHeaderLength];
        if (File.Read(place, header) != header.Length)
            return 0;
        _input.Reset(File, place + GrainHeaderLength, BinaryPrimitives.ReadUInt32LittleEndian(header[8..]));
        return BlockDecoding.Inflate(_input, _inflate, ZlibHeaderLength, content);
    }

    /// <summary>The sector of the table that leads to a grain; 0 where there is none, null where the directory is cut.</summary>
    private long? TableOf(long block)
    {
        _directory.Position = _header.Directory * SectorLength + block / _header.EntriesOfTable * 4;
        return _directory.TryReadUInt32(out var sector) ? sector : null;
    }
}
