using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.SquashFs;

/// <summary>
/// The content of a file: its blocks one after another, then its part of a fragment. A block that cannot be decoded is zeros, and is told at the
/// end, so that what follows it is looked at.
/// </summary>
internal sealed class SquashFsFileStream : DecoderStream
{
    private const uint PlainFlag = 1 << 24;

    private readonly SquashFsBlocks _blocks;
    private readonly SquashFsSuperblock _superblock;
    private readonly uint[] _lengths;
    private readonly ReadOnlyMemory<byte> _tail;
    private readonly CodecException? _tailFailure;
    private CodecException? _damage;
    private long _offset;
    private long _left;
    private int _next;

    /// <param name="lengths">The stored length of each block, with a flag for those that are not compressed; 0 for a hole.</param>
    /// <param name="tail">The file's part of a fragment.</param>
    public SquashFsFileStream(
        SquashFsBlocks blocks, SquashFsSuperblock superblock, SquashFsInode inode, uint[] lengths, ReadOnlyMemory<byte> tail, CodecException? tailFailure,
        ScanBudget budget)
        : base(new CodecInput(budget))
    {
        (_blocks, _superblock, _lengths, _tail, _tailFailure) = (blocks, superblock, lengths, tail, tailFailure);
        (_offset, _left) = (inode.Start, inode.Length);
        Output = new byte[Math.Min(superblock.BlockLength, Math.Max(inode.Length, 1))];
    }

    protected override void Produce()
    {
        OutputStart = OutputEnd = 0;
        if (_left == 0)
        {
            Finished = _damage is null ? true : throw _damage;
            return;
        }

        if (_next < _lengths.Length)
        {
            var length = (int)Math.Min(_superblock.BlockLength, _left);
            ReadBlock(_lengths[_next++], Output.AsSpan(0, length));
            OutputEnd = length;
        }
        else
        {
            if (_tail.IsEmpty)
                throw _damage ?? _tailFailure ?? CodecException.Truncated();
            _tail.Span.CopyTo(Output);
            OutputEnd = _tail.Length;
        }

        _left -= Math.Min(_left, OutputEnd);
    }

    private void ReadBlock(uint value, Span<byte> block)
    {
        var stored = (int)(value & (PlainFlag - 1));
        var done = 0;
        if (stored == 0)
        {
            block.Clear();
            return;
        }

        try
        {
            if (stored > _superblock.BlockLength)
                throw new CodecException("squashfs: a block is longer than blocks are.");
            done = _blocks.Read(_offset, stored, (value & PlainFlag) == 0, block);
            if (done < block.Length)
                throw new CodecException("squashfs: a block is too short.");
        }
        catch (CodecException exception)
        {
            _damage ??= exception;
            block[done..].Clear();
        }

        _offset += stored;
    }
}
