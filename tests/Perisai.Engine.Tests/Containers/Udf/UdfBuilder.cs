using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Udf;

/// <summary>Kinds of partitions.</summary>
public enum UdfKind
{
    Plain,
    Virtual,
    Sparable,
    Metadata,
}

/// <summary>
/// A small UDF volume in sectors of 2 KiB: descriptors at sector 32, the anchor at 256, the partition from 300 on. Its first blocks are the file set,
/// the root directory and the entries of the files, unless the kind of the partition puts them elsewhere; the data of the files follow.
/// </summary>
internal sealed class UdfBuilder(UdfKind kind)
{
    private const int Sector = 2048;
    private const int Start = 300;
    private const int Sectors = 600;
    private const int DataBlock = 100;

    /// <summary>Where the blocks of a virtual or a metadata partition really are.</summary>
    private const int Moved = 40;

    private readonly byte[] _image = new byte[Sectors * Sector];
    private readonly List<(string Name, byte[] Content)> _files = [];

    public void Add(string name, byte[] content) => _files.Add((name, content));

    public byte[] ToArray()
    {
        string[] marks = ["BEA01", "NSR03", "TEA01"];
        for (var index = 0; index < marks.Length; index++)
            Encoding.ASCII.GetBytes(marks[index]).CopyTo(_image, (16 + index) * Sector + 1);
        var reference = kind is UdfKind.Virtual or UdfKind.Metadata ? 1 : 0;
        WriteVolume(reference);
        var fileSet = MetadataBlock(0);
        Long(fileSet, 400, Sector, 1, reference);
        Tag(fileSet, 256);
        var root = new List<byte>();
        var data = DataBlock;
        for (var index = 0; index < _files.Count; index++)
        {
            var (name, content) = _files[index];
            var isWide = name.Any(character => character > 255);
            byte[] stored = isWide ? [16, .. Encoding.BigEndianUnicode.GetBytes(name)] : [8, .. Encoding.Latin1.GetBytes(name)];
            var identifier = new byte[(38 + stored.Length + 3) & ~3];
            identifier[19] = (byte)stored.Length;
            Long(identifier, 20, Sector, 2 + index, reference);
            stored.CopyTo(identifier, 38);
            Tag(identifier, 257);
            root.AddRange(identifier);
            WriteFile(MetadataBlock(2 + index), content, ref data);
        }

        Entry(MetadataBlock(1), 4, root.Count, 3, [.. root]);
        if (kind == UdfKind.Virtual)
        {
            // The table of moved blocks is in the entry in the last sector.
            var table = new byte[152 + 4 * (2 + _files.Count)];
            BinaryPrimitives.WriteUInt16LittleEndian(table, 152);
            for (var block = 0; block < 2 + _files.Count; block++)
                BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(152 + block * 4), Moved + block * 2);
            Entry(_image.AsSpan((Sectors - 1) * Sector, Sector), 248, table.Length, 3, table);
        }

        return _image;
    }

    /// <summary>A block of the partition that holds entries, where it really is.</summary>
    private Span<byte> MetadataBlock(int block)
    {
        var place = kind switch
        {
            UdfKind.Virtual => Start + Moved + block * 2,
            UdfKind.Metadata => Start + Moved + block,
            // The first packet of 32 blocks was moved behind all others.
            UdfKind.Sparable when block < 32 => Sectors - 64 + block,
            _ => Start + block,
        };
        return _image.AsSpan(place * Sector, Sector);
    }

    private void WriteVolume(int reference)
    {
        var anchor = _image.AsSpan(256 * Sector, Sector);
        BinaryPrimitives.WriteInt32LittleEndian(anchor[16..], 3 * Sector);
        BinaryPrimitives.WriteInt32LittleEndian(anchor[20..], 32);
        BinaryPrimitives.WriteInt32LittleEndian(anchor[12..], 256);
        Tag(anchor, 2);
        var partition = _image.AsSpan(32 * Sector, Sector);
        BinaryPrimitives.WriteInt32LittleEndian(partition[188..], Start);
        BinaryPrimitives.WriteInt32LittleEndian(partition[192..], Sectors - Start);
        Tag(partition, 5);
        var logical = _image.AsSpan(33 * Sector, Sector);
        BinaryPrimitives.WriteInt32LittleEndian(logical[212..], Sector);
        Long(logical, 248, Sector, 0, reference);
        var map = logical[440..];
        BinaryPrimitives.WriteInt32LittleEndian(logical[268..], 1 + reference);
        if (kind != UdfKind.Sparable)
        {
            (map[0], map[1]) = (1, 6);
            map = map[6..];
        }

        if (kind != UdfKind.Plain)
        {
            (map[0], map[1]) = (2, 64);
            Encoding.ASCII.GetBytes($"*UDF {kind} Partition").CopyTo(map[5..]);
        }

        if (kind == UdfKind.Metadata)
        {
            BinaryPrimitives.WriteInt32LittleEndian(map[40..], 20);
            var extent = new byte[8];
            BinaryPrimitives.WriteInt32LittleEndian(extent, 32 * Sector);
            BinaryPrimitives.WriteInt32LittleEndian(extent.AsSpan(4), Moved);
            Entry(_image.AsSpan((Start + 20) * Sector, Sector), 250, 32 * Sector, 0, extent);
        }

        if (kind == UdfKind.Sparable)
        {
            (map[40], map[42]) = (32, 1);
            BinaryPrimitives.WriteInt32LittleEndian(map[48..], 290);
            var table = _image.AsSpan(290 * Sector, Sector);
            "*UDF Sparing Table"u8.CopyTo(table[17..]);
            table[48] = 1;
            BinaryPrimitives.WriteInt32LittleEndian(table[60..], Sectors - 64);
        }

        Tag(logical, 6);
        Tag(_image.AsSpan(34 * Sector, Sector), 8);
    }

    /// <summary>Short files stand in their entry; others are in two extents, the second before the first.</summary>
    private void WriteFile(Span<byte> entry, byte[] content, ref int data)
    {
        if (content.Length < 1000)
        {
            Entry(entry, 5, content.Length, 3, content);
            return;
        }

        var blocks = (content.Length + Sector - 1) / Sector;
        var first = Math.Max(1, blocks / 2);
        var extents = new byte[32];
        Long(extents, 0, first * Sector, data + blocks - first, 0);
        Long(extents, 16, content.Length - first * Sector, data, 0);
        content.AsSpan(0, first * Sector).CopyTo(_image.AsSpan((Start + data + blocks - first) * Sector));
        content.AsSpan(first * Sector).CopyTo(_image.AsSpan((Start + data) * Sector));
        data += blocks + 1;
        Entry(entry, 5, content.Length, 1, extents);
    }

    private static void Entry(Span<byte> block, byte type, long length, byte descriptors, byte[] bytes)
    {
        block[27] = type;
        block[34] = descriptors;
        BinaryPrimitives.WriteInt64LittleEndian(block[56..], length);
        BinaryPrimitives.WriteInt32LittleEndian(block[172..], bytes.Length);
        bytes.CopyTo(block[176..]);
        Tag(block, 261);
    }

    private static void Long(Span<byte> block, int at, int length, int place, int partition)
    {
        BinaryPrimitives.WriteInt32LittleEndian(block[at..], length);
        BinaryPrimitives.WriteInt32LittleEndian(block[(at + 4)..], place);
        BinaryPrimitives.WriteInt16LittleEndian(block[(at + 8)..], (short)partition);
    }

    private static void Tag(Span<byte> descriptor, ushort identifier)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor, identifier);
        descriptor[2] = 3;
        descriptor[4] = 0;
        byte sum = 0;
        foreach (var value in descriptor[..16])
            sum += value;
        descriptor[4] = sum;
    }
}
