using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;

namespace Perisai.Engine.Containers.Rar;

/// <summary>Writes the headers that <see cref="RarUnpacker"/> feeds to the library: names are all the same, nothing is optional.</summary>
internal static class RarHeaders
{
    /// <summary>Signature and archive block of RAR 4; solid, which is what lets an entry go on from the one before.</summary>
    public static byte[] Begin4()
    {
        Span<byte> block = stackalloc byte[13];
        block.Clear();
        block[2] = 0x73;
        BinaryPrimitives.WriteUInt16LittleEndian(block[3..], 0x0008);
        return [.. RarFormat.Signature4, .. Finish4(block)];
    }

    public static byte[] File4(RarEntry entry, long packedSize, bool goesOn)
    {
        Span<byte> block = stackalloc byte[41];
        block.Clear();
        var dictionary = Math.Clamp(BitOperations.Log2((ulong)Math.Max(entry.Dictionary, 64 << 10)) - 16, 0, 6);
        block[2] = 0x74;
        // Data follows; lengths have 64 bits.
        BinaryPrimitives.WriteUInt16LittleEndian(block[3..], (ushort)(0x8100 | (goesOn ? 0x10 : 0) | dictionary << 5));
        BinaryPrimitives.WriteUInt32LittleEndian(block[7..], (uint)packedSize);
        BinaryPrimitives.WriteUInt32LittleEndian(block[11..], (uint)entry.UnpackedSize);
        BinaryPrimitives.WriteUInt32LittleEndian(block[16..], entry.Checksum ?? 0);
        block[24] = (byte)entry.Algorithm;
        block[25] = (byte)(0x30 + entry.Method);
        block[26] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(block[32..], (uint)(packedSize >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(block[36..], (uint)(entry.UnpackedSize >> 32));
        block[40] = (byte)'a';
        return Finish4(block);
    }

    /// <summary>Signature and main block of RAR 5.</summary>
    public static byte[] Begin5() => [.. RarFormat.Signature5, .. Finish5([1, 0, 4])];

    public static byte[] File5(RarEntry entry, long packedSize, bool goesOn, long window)
    {
        var header = new List<byte> { 2, 2 };
        AddNumber(header, (ulong)packedSize);
        // No time and no checksum; perhaps no length.
        header.Add(entry.UnpackedSize < 0 ? (byte)8 : (byte)0);
        AddNumber(header, (ulong)Math.Max(0, entry.UnpackedSize));
        AddNumber(header, 0);
        // The next power of two, counted from 128 KiB.
        var power = Math.Max(0, 64 - BitOperations.LeadingZeroCount((ulong)window - 1) - 17);
        AddNumber(header, (ulong)((goesOn ? 0x40 : 0) | entry.Method << 7 | power << 10));
        header.AddRange([1, 1, (byte)'a']);
        return Finish5(header);
    }

    private static byte[] Finish4(Span<byte> block)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(block[5..], (ushort)block.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(block, (ushort)Crc32.HashToUInt32(block[2..]));
        return block.ToArray();
    }

    private static byte[] Finish5(List<byte> header)
    {
        var block = new List<byte> { 0, 0, 0, 0 };
        AddNumber(block, (ulong)header.Count);
        block.AddRange(header);
        var bytes = block.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Crc32.HashToUInt32(bytes.AsSpan(4)));
        return bytes;
    }

    private static void AddNumber(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
    }
}
