using System.Buffers.Binary;
using System.Text;
using Perisai.Engine.Containers;

namespace Perisai.Engine.Tests.Containers.MacBinary;

/// <summary>Writes MacBinary I and III, and AppleSingle.</summary>
internal static class MacBinaryBuilder
{
    public static byte[] Build(string name, byte[] data, byte[] resources, int version = 3)
    {
        var header = new byte[128];
        header[1] = (byte)name.Length;
        Encoding.ASCII.GetBytes(name, header.AsSpan(2));
        "TEXTttxt"u8.CopyTo(header.AsSpan(65));
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(83), data.Length);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(87), resources.Length);
        if (version == 3)
        {
            "mBIN"u8.CopyTo(header.AsSpan(102));
            (header[122], header[123]) = (130, 129);
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(124), Crc16.BinHex(header.AsSpan(0, 124)));
        }

        return [.. header, .. data, .. new byte[-data.Length & 127], .. resources, .. new byte[-resources.Length & 127]];
    }

    public static byte[] BuildAppleSingle(string name, byte[] data, byte[] resources)
    {
        var header = new byte[26 + 3 * 12];
        BinaryPrimitives.WriteInt32BigEndian(header, 0x00051600);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), 0x00020000);
        header[25] = 3;
        var offset = header.Length;
        byte[][] parts = [Encoding.ASCII.GetBytes(name), resources, data];
        int[] kinds = [3, 2, 1];
        for (var index = 0; index < 3; index++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(26 + 12 * index), kinds[index]);
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(30 + 12 * index), offset);
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(34 + 12 * index), parts[index].Length);
            offset += parts[index].Length;
        }

        return [.. header, .. parts.SelectMany(part => part)];
    }
}
