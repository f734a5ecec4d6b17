using System.Buffers.Binary;

namespace Perisai.Engine.Tests.Containers.Iso9660;

/// <summary>Writes images sector by sector, also such as no program writes. Directories are one sector long.</summary>
internal sealed class IsoBuilder(int sectors)
{
    private const int Sector = 2048;

    private readonly byte[] _image = new byte[sectors * Sector];
    private readonly Dictionary<int, int> _filled = [];

    public IsoBuilder Descriptor(int sector, byte type, uint blocks, uint root)
    {
        var at = _image.AsSpan(sector * Sector, Sector);
        at[0] = type;
        "CD001\u0001"u8.CopyTo(at[1..]);
        BinaryPrimitives.WriteUInt32LittleEndian(at[80..], blocks);
        BinaryPrimitives.WriteUInt16LittleEndian(at[128..], Sector);
        Record([0], root, Sector, 2, 0, 0).CopyTo(at[156..]);
        var end = _image.AsSpan((sector + 1) * Sector);
        end[0] = 255;
        "CD001\u0001"u8.CopyTo(end[1..]);
        return this;
    }

    public IsoBuilder Directory(int sector, uint parent) =>
        Append(sector, Record([0], (uint)sector, Sector, 2, 0, 0)).Append(sector, Record([1], parent, Sector, 2, 0, 0));

    public IsoBuilder Entry(int directory, string name, uint block, uint length, byte flags, byte unit = 0, byte gap = 0) =>
        Append(directory, Record(System.Text.Encoding.ASCII.GetBytes(name), block, length, flags, unit, gap));

    public IsoBuilder Put(int sector, byte[] content)
    {
        content.CopyTo(_image, sector * Sector);
        return this;
    }

    public byte[] ToArray() => _image;

    private IsoBuilder Append(int sector, byte[] record)
    {
        var filled = _filled.GetValueOrDefault(sector);
        record.CopyTo(_image, sector * Sector + filled);
        _filled[sector] = filled + record.Length;
        return this;
    }

    private static byte[] Record(byte[] name, uint block, uint length, byte flags, byte unit, byte gap)
    {
        var record = new byte[33 + name.Length + (~name.Length & 1)];
        record[0] = (byte)record.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(2), block);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(10), length);
        record[25] = flags;
        record[26] = unit;
        record[27] = gap;
        record[32] = (byte)name.Length;
        name.CopyTo(record, 33);
        return record;
    }
}
