using System.Buffers.Binary;

namespace Perisai.Engine.Tests.Containers.Cab;

/// <summary>Writes cabinets of one stored folder, also such as no program writes.</summary>
internal sealed class CabBuilder
{
    private readonly MemoryStream _content = new();
    private readonly List<(string Name, int Start, int Length)> _files = [];

    public CabBuilder Add(string name, byte[] content)
    {
        AddRange(name, (int)_content.Length, content.Length);
        _content.Write(content);
        return this;
    }

    public CabBuilder AddRange(string name, int start, int length)
    {
        _files.Add((name, start, length));
        return this;
    }

    public byte[] ToArray()
    {
        var files = new MemoryStream();
        foreach (var (name, start, length) in _files)
        {
            Write32(files, length);
            Write32(files, start);
            files.Write(new byte[8]);
            files.Write(System.Text.Encoding.UTF8.GetBytes(name + '\0'));
        }

        var content = _content.ToArray();
        var blocks = new MemoryStream();
        var count = 0;
        for (var at = 0; at < content.Length; at += 32_768, count++)
        {
            var block = content.AsSpan(at, Math.Min(32_768, content.Length - at));
            var sizes = block.Length << 16 | block.Length;
            Write32(blocks, Checksum(block) ^ sizes);
            Write32(blocks, sizes);
            blocks.Write(block);
        }

        var cabinet = new MemoryStream();
        cabinet.Write("MSCF\0\0\0\0"u8);
        var dataOffset = 36 + 8 + (int)files.Length;
        Write32(cabinet, dataOffset + (int)blocks.Length);
        Write32(cabinet, 0);
        Write32(cabinet, 36 + 8);
        Write32(cabinet, 0);
        cabinet.Write([3, 1, 1, 0, (byte)_files.Count, (byte)(_files.Count >> 8), 0, 0, 0, 0, 0, 0]);
        Write32(cabinet, dataOffset);
        Write32(cabinet, count);
        cabinet.Write(files.ToArray());
        cabinet.Write(blocks.ToArray());
        return cabinet.ToArray();
    }

    /// <summary>As the format's description writes it.</summary>
    private static int Checksum(ReadOnlySpan<byte> data)
    {
        var sum = 0;
        for (; data.Length >= 4; data = data[4..])
            sum ^= BinaryPrimitives.ReadInt32LittleEndian(data);
        return sum ^ data.Length switch
        {
            3 => data[0] << 16 | data[1] << 8 | data[2],
            2 => data[0] << 8 | data[1],
            1 => data[0],
            _ => 0,
        };
    }

    private static void Write32(MemoryStream stream, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }
}
