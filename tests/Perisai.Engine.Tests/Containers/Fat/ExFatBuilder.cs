using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Fat;

/// <summary>
/// A small exFAT volume: sectors of 512 bytes, clusters of 1 KiB, the table at sector 24, the clusters from sector 32 on. Files of more than one
/// cluster that use the table have every second cluster.
/// </summary>
internal sealed class ExFatBuilder
{
    private const int Sector = 512;
    private const int Cluster = 1024;
    private const int Clusters = 200;
    private const int Table = 24 * Sector;
    private const int Heap = 32 * Sector;

    private readonly byte[] _image = new byte[Heap + Clusters * Cluster];
    private readonly List<byte> _root = [];
    private int _next = 4;

    public void Add(string name, byte[] content, bool isContiguous)
    {
        var count = (content.Length + Cluster - 1) / Cluster;
        var first = _next;
        var step = isContiguous ? 1 : 2;
        for (var index = 0; index < count; index++)
        {
            var cluster = first + index * step;
            content.AsSpan(index * Cluster, Math.Min(Cluster, content.Length - index * Cluster)).CopyTo(_image.AsSpan(Heap + (cluster - 2) * Cluster));
            if (!isContiguous)
                SetNext(cluster, index == count - 1 ? 0xFFFFFFFF : (uint)(cluster + step));
        }

        _next += count * step;
        var parts = (name.Length + 14) / 15;
        var entries = new byte[32 * (2 + parts)];
        entries[0] = 0x85;
        entries[1] = (byte)(1 + parts);
        entries[32] = 0xC0;
        entries[33] = (byte)(isContiguous ? 3 : 1);
        entries[35] = (byte)name.Length;
        BinaryPrimitives.WriteInt64LittleEndian(entries.AsSpan(40), content.Length);
        BinaryPrimitives.WriteInt32LittleEndian(entries.AsSpan(52), count == 0 ? 0 : first);
        BinaryPrimitives.WriteInt64LittleEndian(entries.AsSpan(56), content.Length);
        for (var part = 0; part < parts; part++)
        {
            var text = name.Substring(part * 15, Math.Min(15, name.Length - part * 15));
            entries[64 + part * 32] = 0xC1;
            Encoding.Unicode.GetBytes(text).CopyTo(entries, 66 + part * 32);
        }

        _root.AddRange(entries);
    }

    public byte[] ToArray()
    {
        new byte[] { 0xEB, 0x76, 0x90 }.CopyTo(_image, 0);
        "EXFAT   "u8.CopyTo(_image.AsSpan(3));
        BinaryPrimitives.WriteInt64LittleEndian(_image.AsSpan(72), _image.Length / Sector);
        BinaryPrimitives.WriteInt32LittleEndian(_image.AsSpan(80), Table / Sector);
        BinaryPrimitives.WriteInt32LittleEndian(_image.AsSpan(84), 8);
        BinaryPrimitives.WriteInt32LittleEndian(_image.AsSpan(88), Heap / Sector);
        BinaryPrimitives.WriteInt32LittleEndian(_image.AsSpan(92), Clusters);
        BinaryPrimitives.WriteInt32LittleEndian(_image.AsSpan(96), 2);
        (_image[108], _image[109], _image[110]) = (9, 1, 1);
        (_image[510], _image[511]) = (0x55, 0xAA);
        SetNext(2, 0xFFFFFFFF);
        _root.ToArray().CopyTo(_image, Heap);
        return _image;
    }

    private void SetNext(int cluster, uint next) => BinaryPrimitives.WriteUInt32LittleEndian(_image.AsSpan(Table + cluster * 4), next);
}
