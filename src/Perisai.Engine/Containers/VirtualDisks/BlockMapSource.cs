using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.VirtualDisks;

/// <summary>
/// A virtual disk: blocks of one length, each somewhere in a file, or nowhere, where it reads as zeros. Random access, nothing is unpacked
/// before it is read. It knows where it holds bytes, so that the holes of a large disk cost nothing.
/// </summary>
internal abstract class BlockMapSource(ByteSource file, long length, int blockLength, ScanBudget budget) : ByteSource
{
    /// <summary>A block that reads as zeros.</summary>
    protected const long Hole = -1;

    /// <summary>With fewer zeros in holes they are read as any bytes, so that digests are those of the disk.</summary>
    private const long HoleFloor = 64L << 20;

    /// <summary>Blocks that share bytes may make small disks this long.</summary>
    private const long OverlapFloor = 64L << 20;

    private IReadOnlyList<ByteRange>? _ranges;
    private long _damaged;
    private long _firstDamage = -1;
    private bool _lacksTables;

    public override long Length => length;

    public override IReadOnlyList<ByteRange>? Ranges => _ranges;

    public ByteSource File => file;

    protected int BlockLength => blockLength;

    protected ScanBudget Budget => budget;

    /// <summary>Blocks, the last one counted whole.</summary>
    protected long Blocks => length / blockLength + (length % blockLength == 0 ? 0 : 1);

    public sealed override int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= length)
            return 0;
        if (destination.Length > length - offset)
            destination = destination[..(int)(length - offset)];
        for (var done = 0; done < destination.Length;)
        {
            var within = (int)((offset + done) % blockLength);
            var part = destination.Slice(done, Math.Min(blockLength - within, destination.Length - done));
            ReadBlock((offset + done) / blockLength, within, part);
            done += part.Length;
        }

        return destination.Length;
    }

    /// <summary>
    /// Finds out where the disk holds bytes, and hands it on as a member. What its map names and the file does not hold is a loss; a map that
    /// makes much more of the file than it is, is not followed.
    /// </summary>
    public void HandOn(IMemberSink sink, string format)
    {
        var list = new RangeList();
        long stored = 0, missing = 0;
        for (var block = NextMapped(0); block < Blocks && budget.CheckTime(); block = NextMapped(block + 1))
        {
            var place = Find(block);
            if (place == Hole)
                continue;
            var start = block * blockLength;
            var needed = Math.Min(blockLength, length - start);
            list.Add(start, needed);
            missing += place > file.Length - StoredLength(block, (int)needed) ? 1 : 0;
            stored += StoredLength(block, (int)needed);
            if (stored > Math.Min(file.Length, long.MaxValue / 4) * 2 + OverlapFloor)
            {
                sink.AddFault($"{format}.overlapping-entries", place, "The blocks of the disk share their bytes.");
                sink.AddNotScanned(new Member("disk"), NotScannedReason.OverBudget, "A disk whose blocks share their bytes was not opened.");
                return;
            }
        }

        if (_lacksTables)
            sink.AddLoss($"{format}.table-outside", file.Length, "A part of the map is not in the file.");
        if (missing > 0)
            sink.AddLoss($"{format}.block-outside", file.Length, $"{missing} blocks of the disk are not in the file.");
        if (length - list.Ranges.Sum(range => range.Length) >= HoleFloor)
            _ranges = list.Ranges;
        var member = new Member("disk") { DeclaredLength = length };
        if (sink.AddSlice(member, this, 0, length))
            ForeignVolume.Report(member, this, 0, sink);
        // A member that is no part of the container's own bytes is scanned at once: by now its blocks were decoded.
        if (_damaged > 0)
            sink.AddLoss($"{format}.bad-block", _firstDamage, $"Blocks cannot be decoded ({_damaged} times).");
    }

    /// <summary>Where a block lies in the file, or <see cref="Hole"/>.</summary>
    protected abstract long Find(long block);

    /// <summary>The first block from this one on that may lie somewhere; whole tables may be passed over.</summary>
    protected abstract long NextMapped(long block);

    /// <summary>Bytes that a block takes in the file.</summary>
    protected virtual int StoredLength(long block, int needed) => needed;

    /// <summary>
    /// How many entries of a table, from a place on and at most this many, consist of one byte only: those that stand for holes. They are passed over
    /// a window at a time.
    /// </summary>
    protected static long CountUnmapped(BoundedReader table, long position, long count, int entryLength, byte filler)
    {
        long passed = 0;
        while (passed < count)
        {
            table.Position = position + passed * entryLength;
            var window = table.Peek(entryLength);
            window = window[..((int)Math.Min(window.Length / entryLength, count - passed) * entryLength)];
            if (window.IsEmpty)
                return passed;
            var other = window.IndexOfAnyExcept(filler);
            if (other >= 0)
                return passed + other / entryLength;
            passed += window.Length / entryLength;
        }

        return passed;
    }

    /// <summary>The map itself is not in the file; returns the number of blocks, behind which there are none.</summary>
    protected long EndForWantOfTables()
    {
        _lacksTables = true;
        return Blocks;
    }

    /// <summary>What a decoder left of a block is zeros; that it did not come to the block's, or the disk's, end is a loss.</summary>
    protected void Complete(long block, byte[] content, int done)
    {
        content.AsSpan(done).Clear();
        if (done >= Math.Min(content.Length, length - block * blockLength) || !budget.CheckTime())
            return;
        _damaged++;
        _firstDamage = _firstDamage < 0 ? block * blockLength : _firstDamage;
    }

    /// <summary>Fills a part of a block; what cannot be read is zeros.</summary>
    protected virtual void ReadBlock(long block, int within, Span<byte> part)
    {
        var place = Find(block);
        var count = place == Hole ? 0 : file.Read(place + within, part);
        part[count..].Clear();
    }
}
