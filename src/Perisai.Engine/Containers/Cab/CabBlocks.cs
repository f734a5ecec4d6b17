using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Cab;

/// <summary>Reads the blocks (CFDATA) of a folder, one after another.</summary>
/// <param name="reserve">Bytes reserved in each block's header.</param>
internal sealed class CabBlocks(ByteSource source, CabFolder folder, int reserve, ScanBudget budget)
{
    /// <summary>A block of 65,535 bytes is longer than the reader's window; this is its own.</summary>
    private readonly byte[] _data = new byte[ushort.MaxValue];
    private readonly BoundedReader _reader = new(source, budget, folder.DataOffset);
    private int _left = folder.Blocks;

    /// <summary>Where the last block began.</summary>
    public long Offset { get; private set; }

    /// <summary>Whether the last block's checksum was wrong.</summary>
    public bool BadChecksum { get; private set; }

    /// <summary>
    /// Reads the next block; false when there are no more. <paramref name="length"/> is what it decompresses to: 0 where the rest of the
    /// block is in the next cabinet.
    /// </summary>
    /// <exception cref="CodecException">The block is cut short.</exception>
    public bool TryRead(out ReadOnlySpan<byte> data, out int length)
    {
        data = default;
        length = 0;
        BadChecksum = false;
        if (_left == 0)
            return false;
        _left--;
        Offset = _reader.Position;
        if (!_reader.TryGetSpan(CabFormat.BlockHeaderLength, out var header))
            throw CodecException.Truncated();
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(header);
        var sizes = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        length = (int)(sizes >> 16);
        var stored = _data.AsSpan(0, (int)(sizes & 0xFFFF));
        if (!_reader.TrySkip(reserve) || !_reader.TryRead(stored))
            throw CodecException.Truncated();
        // Zero means that there is none.
        BadChecksum = checksum != 0 && checksum != (Sum(stored) ^ sizes);
        data = stored;
        return true;
    }

    /// <summary>The exclusive or of all words, little endian; the last one to three bytes count from the high end down.</summary>
    private static uint Sum(ReadOnlySpan<byte> data)
    {
        uint sum = 0;
        for (; data.Length >= 4; data = data[4..])
            sum ^= BinaryPrimitives.ReadUInt32LittleEndian(data);
        uint last = 0;
        foreach (var value in data)
            last = last << 8 | value;
        return sum ^ last;
    }
}
