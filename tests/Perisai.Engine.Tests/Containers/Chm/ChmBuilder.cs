using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Chm;

/// <summary>Writes compiled help of one directory chunk: files in the clear, and files in LZX blocks that are not compressed.</summary>
internal static class ChmBuilder
{
    private const int DirectoryOffset = 0x78;
    private const int ChunkLength = 4096;
    private const int ContentOffset = DirectoryOffset + 0x54 + ChunkLength;
    private const int FrameLength = 32 << 10;
    private const string Storage = "::DataSpace/Storage/MSCompressed/";

    public static byte[] Build((string Name, byte[] Content)[] plain, (string Name, byte[] Content)[] packed)
    {
        var entries = new List<byte>();
        var content = new List<byte>();
        foreach (var (name, bytes) in plain)
            AddPlain(name, bytes);
        byte[] whole = [.. packed.SelectMany(file => file.Content)];
        var frames = whole.Chunk(FrameLength).Select(Frame).ToList();
        var table = new byte[40 + 8 * frames.Count];
        BinaryPrimitives.WriteInt32LittleEndian(table, 2);
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(4), frames.Count);
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(8), 8);
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(12), 40);
        BinaryPrimitives.WriteInt64LittleEndian(table.AsSpan(16), whole.Length);
        BinaryPrimitives.WriteInt64LittleEndian(table.AsSpan(24), frames.Sum(frame => frame.Length));
        BinaryPrimitives.WriteInt64LittleEndian(table.AsSpan(32), FrameLength);
        for (var index = 0; index < frames.Count; index++)
            BinaryPrimitives.WriteInt64LittleEndian(table.AsSpan(40 + 8 * index), frames.Take(index).Sum(frame => frame.Length));
        // A window of 64 KiB; the decoder begins anew with every frame.
        AddPlain(Storage + "ControlData", [6, 0, 0, 0, .. "LZXC"u8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        AddPlain(Storage + "Transform/{7FC28940-9D31-11D0-9B27-00A0C91E9C7C}/InstanceData/ResetTable", table);
        AddPlain(Storage + "Content", [.. frames.SelectMany(frame => frame)]);
        var start = 0;
        foreach (var (name, bytes) in packed)
        {
            AddEntry(name, 1, start, bytes.Length);
            start += bytes.Length;
        }

        var file = new byte[ContentOffset];
        Put(0, "ITSF"u8, 3, 0x60, 1);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(0x38), 0x60);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(0x40), 0x18);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(0x48), DirectoryOffset);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(0x50), 0x54 + ChunkLength);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(0x58), ContentOffset);
        Put(DirectoryOffset, "ITSP"u8, 1, 0x54, 10, ChunkLength, 2, 1, -1, 0, 0, -1, 1);
        Put(DirectoryOffset + 0x54, "PMGL"u8, ChunkLength - 20 - entries.Count, 0, -1, -1);
        entries.CopyTo(file, DirectoryOffset + 0x54 + 20);
        return [.. file, .. content];

        void AddPlain(string name, byte[] bytes)
        {
            AddEntry(name, 0, content.Count, bytes.Length);
            content.AddRange(bytes);
        }

        void AddEntry(string name, int section, int offset, int length)
        {
            entries.Add((byte)name.Length);
            entries.AddRange(Encoding.ASCII.GetBytes(name));
            foreach (var value in (int[])[section, offset, length])
            {
                for (var shift = 21; shift > 0; shift -= 7)
                    entries.Add((byte)(value >> shift | 0x80));
                entries.Add((byte)(value & 0x7F));
            }
        }

        void Put(int at, ReadOnlySpan<byte> mark, params int[] values)
        {
            mark.CopyTo(file.AsSpan(at));
            for (var index = 0; index < values.Length; index++)
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at + 4 + 4 * index), values[index]);
        }
    }

    /// <summary>No call translation (a bit), a block of kind 3 (three bits), its length (24), three distances, the bytes.</summary>
    private static byte[] Frame(byte[] bytes)
    {
        var bits = (uint)(3 << 28 | bytes.Length << 4);
        return [(byte)(bits >> 16), (byte)(bits >> 24), (byte)bits, (byte)(bits >> 8), 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, .. bytes, .. new byte[bytes.Length & 1]];
    }
}
