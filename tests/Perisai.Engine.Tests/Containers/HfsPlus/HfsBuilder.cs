using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Tests.Containers.HfsPlus;

/// <summary>
/// A small HFS+ volume in blocks of 4 KiB: the header, a bitmap, three trees of leaves without an index, and the forks of the files behind them.
/// </summary>
internal sealed class HfsBuilder
{
    private const int Block = 4096;
    private const int RootFolder = 2;
    private const int FirstTreeBlock = 4;

    private readonly List<(byte[] Key, byte[] Data)> _catalog = [];
    private readonly List<(byte[] Key, byte[] Data)> _overflow = [];
    private readonly List<(byte[] Key, byte[] Data)> _attributes = [];
    private readonly Dictionary<string, int> _folders = new() { [""] = RootFolder };
    private readonly List<(int Block, byte[] Content)> _data = [];
    private int _next = 64;
    private int _number = 16;
    private int _files;

    public HfsBuilder() => _catalog.Add((Key(1, "volume"), Folder(RootFolder)));

    /// <param name="fragments">Extents of the data fork; more than eight need the file of further extents.</param>
    /// <param name="compression">The attribute that says how the file is compressed.</param>
    public HfsBuilder Add(string path, byte[] content, byte[]? resource = null, int fragments = 1, byte[]? compression = null)
    {
        var slash = path.LastIndexOf('/');
        var parent = FolderOf(slash < 0 ? "" : path[..slash]);
        var number = _number++;
        var record = new byte[248];
        record[1] = 2;
        BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(8), number);
        record[42] = 0x81;
        record[43] = 0xA4;
        Fork(record.AsSpan(88), number, content, fragments);
        Fork(record.AsSpan(168), number, resource ?? [], 1);
        if (compression is not null)
        {
            record[41] = 0x20;
            var data = new byte[16 + compression.Length];
            data[3] = 0x10;
            BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(12), compression.Length);
            compression.CopyTo(data, 16);
            var name = Encoding.BigEndianUnicode.GetBytes("com.apple.decmpfs");
            var key = new byte[14 + name.Length];
            BinaryPrimitives.WriteInt16BigEndian(key, (short)(key.Length - 2));
            BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(4), number);
            key[13] = (byte)(name.Length / 2);
            name.CopyTo(key, 14);
            _attributes.Add((key, data));
        }

        _catalog.Add((Key(parent, slash < 0 ? path : path[(slash + 1)..]), record));
        _files++;
        return this;
    }

    public byte[] ToArray()
    {
        byte[][] trees = [Tree(_overflow), Tree([.. _catalog.OrderBy(record => BinaryPrimitives.ReadUInt32BigEndian(record.Key.AsSpan(2)))]), Tree(_attributes)];
        var image = new byte[(_next + 2) * Block];
        var header = image.AsSpan(1024);
        "H+\0\u0004"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], 0x100);
        "10.0"u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32BigEndian(header[32..], _files);
        BinaryPrimitives.WriteInt32BigEndian(header[36..], _folders.Count - 1);
        BinaryPrimitives.WriteInt32BigEndian(header[40..], Block);
        BinaryPrimitives.WriteInt32BigEndian(header[44..], image.Length / Block);
        BinaryPrimitives.WriteInt32BigEndian(header[64..], _number);
        var at = FirstTreeBlock;
        for (var index = 0; index < trees.Length; index++)
        {
            trees[index].CopyTo(image, at * Block);
            var fork = header[(192 + 80 * index)..];
            BinaryPrimitives.WriteInt64BigEndian(fork, trees[index].Length);
            BinaryPrimitives.WriteInt32BigEndian(fork[12..], trees[index].Length / Block);
            BinaryPrimitives.WriteInt32BigEndian(fork[16..], at);
            BinaryPrimitives.WriteInt32BigEndian(fork[20..], trees[index].Length / Block);
            at += trees[index].Length / Block;
        }

        Assert.True(at <= 64);
        header[..512].CopyTo(image.AsSpan(image.Length - 1024));
        foreach (var (block, content) in _data)
            content.CopyTo(image, block * Block);
        return image;
    }

    private int FolderOf(string path)
    {
        if (_folders.TryGetValue(path, out var known))
            return known;
        var slash = path.LastIndexOf('/');
        var parent = FolderOf(slash < 0 ? "" : path[..slash]);
        var number = _folders[path] = _number++;
        _catalog.Add((Key(parent, path[(slash + 1)..]), Folder(number)));
        return number;
    }

    private static byte[] Folder(int number)
    {
        var record = new byte[88];
        record[1] = 1;
        BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(8), number);
        record[42] = 0x41;
        record[43] = 0xED;
        return record;
    }

    private static byte[] Key(int parent, string name)
    {
        var text = Encoding.BigEndianUnicode.GetBytes(name);
        var key = new byte[8 + text.Length];
        BinaryPrimitives.WriteInt16BigEndian(key, (short)(key.Length - 2));
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(2), parent);
        BinaryPrimitives.WriteInt16BigEndian(key.AsSpan(6), (short)name.Length);
        text.CopyTo(key, 8);
        return key;
    }

    private void Fork(Span<byte> fork, int number, byte[] content, int fragments)
    {
        var blocks = (content.Length + Block - 1) / Block;
        BinaryPrimitives.WriteInt64BigEndian(fork, content.Length);
        BinaryPrimitives.WriteInt32BigEndian(fork[12..], blocks);
        var extents = new byte[64 * ((fragments + 7) / 8)];
        for (int index = 0, done = 0; index < fragments && done < blocks; index++)
        {
            var count = index == fragments - 1 ? blocks - done : Math.Max(1, blocks / fragments);
            BinaryPrimitives.WriteInt32BigEndian(extents.AsSpan(index * 8), _next);
            BinaryPrimitives.WriteInt32BigEndian(extents.AsSpan(index * 8 + 4), count);
            if (index > 0 && index % 8 == 0)
            {
                var key = new byte[12];
                key[1] = 10;
                BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(4), number);
                BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(8), done);
                _overflow.Add((key, extents[(index * 8)..]));
            }
            else if (index > 8)
            {
                extents.AsSpan(index * 8, 8).CopyTo(_overflow[^1].Data.AsSpan(index % 8 * 8));
            }

            _data.Add((_next, content[(done * Block)..Math.Min(content.Length, (done + count) * Block)]));
            // A block that belongs to nobody keeps extents apart.
            _next += count + 1;
            done += count;
        }

        extents.AsSpan(0, 64).CopyTo(fork[16..]);
        for (var index = 0; index < _overflow.Count; index++)
            _overflow[index] = (_overflow[index].Key, _overflow[index].Data[..64]);
    }

    private static byte[] Tree(List<(byte[] Key, byte[] Data)> records)
    {
        var nodes = new List<byte[]> { new byte[Block] };
        var at = Block;
        var count = 0;
        foreach (var (key, data) in records)
        {
            var length = ((key.Length + 1) & ~1) + ((data.Length + 1) & ~1);
            if (at + length > Block - 2 * (count + 2))
            {
                if (nodes.Count > 1)
                    BinaryPrimitives.WriteInt32BigEndian(nodes[^1], nodes.Count);
                nodes.Add(new byte[Block]);
                nodes[^1][8] = 0xFF;
                nodes[^1][9] = 1;
                BinaryPrimitives.WriteInt32BigEndian(nodes[^1].AsSpan(4), nodes.Count > 2 ? nodes.Count - 2 : 0);
                (at, count) = (14, 0);
            }

            key.CopyTo(nodes[^1], at);
            data.CopyTo(nodes[^1], at + ((key.Length + 1) & ~1));
            BinaryPrimitives.WriteInt16BigEndian(nodes[^1].AsSpan(Block - 2 * (count + 1)), (short)at);
            at += length;
            BinaryPrimitives.WriteInt16BigEndian(nodes[^1].AsSpan(Block - 2 * (count + 2)), (short)at);
            BinaryPrimitives.WriteInt16BigEndian(nodes[^1].AsSpan(10), (short)++count);
        }

        var header = nodes[0].AsSpan();
        header[8] = 1;
        header[11] = 3;
        var first = nodes.Count > 1 ? 1 : 0;
        BinaryPrimitives.WriteInt16BigEndian(header[14..], (short)first);
        BinaryPrimitives.WriteInt32BigEndian(header[16..], first);
        BinaryPrimitives.WriteInt32BigEndian(header[20..], records.Count);
        BinaryPrimitives.WriteInt32BigEndian(header[24..], first);
        BinaryPrimitives.WriteInt32BigEndian(header[28..], nodes.Count - 1);
        BinaryPrimitives.WriteInt16BigEndian(header[32..], Block);
        BinaryPrimitives.WriteInt16BigEndian(header[34..], 516);
        BinaryPrimitives.WriteInt32BigEndian(header[36..], nodes.Count);
        header[51] = 0xCF;
        BinaryPrimitives.WriteInt32BigEndian(header[52..], 6);
        short[] places = [14, 120, 248, Block - 8];
        for (var index = 0; index < places.Length; index++)
            BinaryPrimitives.WriteInt16BigEndian(header[(Block - 2 * (index + 1))..], places[index]);
        return [.. nodes.SelectMany(node => node)];
    }
}
