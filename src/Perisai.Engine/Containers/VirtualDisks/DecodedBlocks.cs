using System.Collections;

namespace Perisai.Engine.Containers.VirtualDisks;

/// <summary>
/// The last few blocks of a disk that were decompressed. A disk is read several times (by itself, as partitions, as files), and each block's
/// bytes are charged as produced once.
/// </summary>
internal sealed class DecodedBlocks(ScanBudget budget, long blocks)
{
    private const int Kept = 6;

    /// <summary>Disks of more blocks charge for every decoding.</summary>
    private const int MaxTracked = 1 << 25;

    private readonly (long Block, byte[] Content)[] _kept = new (long, byte[])[Kept];
    private BitArray? _charged;
    private int _next;

    public byte[]? Find(long block)
    {
        foreach (var (number, content) in _kept)
        {
            if (number == block && content is not null)
                return content;
        }

        return null;
    }

    /// <summary>A buffer of this length for a block, which takes the place of the oldest.</summary>
    public byte[] Add(long block, int length)
    {
        if (blocks <= MaxTracked)
        {
            _charged ??= new((int)blocks);
            if (block < _charged.Length && !_charged[(int)block])
            {
                _charged[(int)block] = true;
                budget.ChargeProduced(length);
            }
        }
        else
        {
            budget.ChargeProduced(length);
        }

        var old = _kept[_next].Content;
        var content = old is not null && old.Length == length ? old : new byte[length];
        _kept[_next] = (block, content);
        _next = (_next + 1) % Kept;
        return content;
    }
}
