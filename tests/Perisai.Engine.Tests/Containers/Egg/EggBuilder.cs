using System.IO.Hashing;
using System.Text;
using Perisai.Engine.Tests.Containers.Alz;

namespace Perisai.Engine.Tests.Containers.Egg;

/// <summary>Writes EGG archives.</summary>
internal sealed class EggBuilder
{
    private static readonly byte[] _end = [0x22, 0x82, 0xE2, 0x08];

    private readonly List<byte> _bytes;
    private int _files;

    public EggBuilder(bool isSolid = false) =>
        _bytes = [.. "EGGA"u8, 0, 1, 1, 2, 3, 4, 0, 0, 0, 0, .. isSolid ? (byte[])[0x60, 0xA0, 0xE5, 0x24, 0, 0, 0] : [], .. _end];

    public EggBuilder Add(string name, byte[] content, bool isEncrypted = false)
    {
        _bytes.AddRange([0xE3, 0x90, 0x85, 0x0A, .. BitConverter.GetBytes(_files++), .. BitConverter.GetBytes(content.LongLength)]);
        _bytes.AddRange([0xAC, 0x91, 0x85, 0x0A, 0, .. BitConverter.GetBytes((ushort)name.Length), .. Encoding.UTF8.GetBytes(name)]);
        if (isEncrypted)
            _bytes.AddRange([0x0F, 0x47, 0xD1, 0x08, 0, 1, 0, 0]);
        _bytes.AddRange(_end);
        return this;
    }

    public EggBuilder Block(int method, byte[] content, byte[]? packed = null)
    {
        packed ??= method == 1 ? AlzBuilder.Deflate(content) : content;
        _bytes.AddRange([0x13, 0x0C, 0xB5, 0x02, (byte)method, 0, .. BitConverter.GetBytes(content.Length), .. BitConverter.GetBytes(packed.Length)]);
        _bytes.AddRange([.. BitConverter.GetBytes(Crc32.HashToUInt32(content)), .. _end, .. packed]);
        return this;
    }

    public byte[] ToArray() => [.. _bytes, .. _end];
}
