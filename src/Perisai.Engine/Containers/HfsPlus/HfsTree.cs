using System.Buffers.Binary;

namespace Perisai.Engine.Containers.HfsPlus;

/// <summary>Takes a record of a tree; false: stop.</summary>
internal delegate bool HfsRecordTaker(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, long dataOffset);

/// <summary>
/// A B-tree file. Its leaves are linked to one another; they are read in that order, each at most once. The index above them is not needed.
/// </summary>
internal sealed class HfsTree : IDisposable
{
    private const int DescriptorLength = 14;
    private const int Leaf = -1;

    private readonly PieceStream _stream;
    private readonly ScanBudget _budget;
    private readonly byte[] _node;
    private readonly uint _firstLeaf;

    private HfsTree(PieceStream stream, int nodeLength, uint firstLeaf, ScanBudget budget)
    {
        (_stream, _firstLeaf, _budget) = (stream, firstLeaf, budget);
        _node = new byte[nodeLength];
    }

    public static HfsTree? Open(List<Piece> pieces, ScanBudget budget)
    {
        Span<byte> header = stackalloc byte[DescriptorLength + 32];
        var stream = new PieceStream(pieces);
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length)
        {
            int nodeLength = BinaryPrimitives.ReadUInt16BigEndian(header[(DescriptorLength + 18)..]);
            if (nodeLength >= 512)
                return new(stream, nodeLength, BinaryPrimitives.ReadUInt32BigEndian(header[(DescriptorLength + 10)..]), budget);
        }

        stream.Dispose();
        return null;
    }

    /// <summary>Goes over all records. False: the chain of leaves is broken, or a leaf makes no sense.</summary>
    public bool TryReadAll(HfsRecordTaker take)
    {
        var most = _stream.Length / _node.Length;
        var isSound = true;
        long count = 0;
        for (var number = _firstLeaf; number != 0; number = BinaryPrimitives.ReadUInt32BigEndian(_node))
        {
            _stream.Position = (long)number * _node.Length;
            if (++count > most || number >= most || _stream.ReadAtLeast(_node, _node.Length, throwOnEndOfStream: false) < _node.Length
                || (sbyte)_node[8] != Leaf)
                return false;
            if (!_budget.ChargeRead(_node.Length))
                return isSound;
            if (!TryReadLeaf((long)number * _node.Length, take, ref isSound))
                return isSound;
        }

        return isSound;
    }

    /// <summary>Bytes of the tree's file.</summary>
    public bool TryRead(long offset, Span<byte> destination)
    {
        _stream.Position = offset;
        return _stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) == destination.Length;
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>The places of the records stand at the node's end, the first one last.</summary>
    private bool TryReadLeaf(long nodeOffset, HfsRecordTaker take, ref bool isSound)
    {
        int records = BinaryPrimitives.ReadUInt16BigEndian(_node.AsSpan(10));
        for (var index = 0; index < records; index++)
        {
            var place = _node.Length - 2 * (index + 2);
            if (place < DescriptorLength)
            {
                isSound = false;
                return true;
            }

            int end = BinaryPrimitives.ReadUInt16BigEndian(_node.AsSpan(place)), start = BinaryPrimitives.ReadUInt16BigEndian(_node.AsSpan(place + 2));
            int keyLength = start + 2 <= _node.Length ? BinaryPrimitives.ReadUInt16BigEndian(_node.AsSpan(start)) : 0;
            var data = (start + 2 + keyLength + 1) & ~1;
            if (start < DescriptorLength || end > place || data > end)
            {
                isSound = false;
                continue;
            }

            if (!take(_node.AsSpan(start + 2, keyLength), _node.AsSpan(data..end), nodeOffset + data))
                return false;
        }

        return true;
    }
}
