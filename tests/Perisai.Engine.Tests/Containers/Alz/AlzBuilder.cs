using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Alz;

/// <summary>Writes ALZ archives; a packed content may be given for a method that the runtime has not.</summary>
internal sealed class AlzBuilder
{
    private readonly List<byte> _bytes = [.. "ALZ\u0001"u8, 10, 0, 0, 0];

    public AlzBuilder Add(string name, int method, byte[] content, byte[]? packed = null, bool isEncrypted = false)
    {
        packed ??= method == 2 ? Deflate(content) : content;
        _bytes.AddRange("BLZ\u0001"u8);
        _bytes.AddRange(BitConverter.GetBytes((ushort)name.Length));
        _bytes.AddRange([0x20, 0, 0, 0, 0, (byte)(0x40 | (isEncrypted ? 1 : 0)), 0, (byte)method, 0]);
        _bytes.AddRange(BitConverter.GetBytes(Crc32.HashToUInt32(content)));
        _bytes.AddRange(BitConverter.GetBytes(packed.Length));
        _bytes.AddRange(BitConverter.GetBytes(content.Length));
        _bytes.AddRange(Encoding.ASCII.GetBytes(name));
        if (isEncrypted)
            _bytes.AddRange(new byte[12]);
        _bytes.AddRange(packed);
        return this;
    }

    public byte[] ToArray() => [.. _bytes, .. "CLZ\u0001"u8, .. new byte[12], .. "CLZ\u0002"u8];

    public static byte[] Deflate(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, true))
            deflate.Write(content);
        return packed.ToArray();
    }
}
