using System.Buffers.Binary;

namespace Perisai.Engine.Tests.Containers.OneNote;

/// <summary>Writes what the reader of OneNote sections looks at: the header, and file data store objects.</summary>
internal static class OneNoteBuilder
{
    public static byte[] Build(params byte[][] objects)
    {
        var bytes = new List<byte>(new byte[1024]);
        foreach (var content in objects)
        {
            bytes.AddRange([0xE7, 0x16, 0xE3, 0xBD, 0x65, 0x26, 0x11, 0x45, 0xA4, 0xC4, 0x8D, 0x4D, 0x0B, 0x7A, 0x9E, 0xAC]);
            bytes.AddRange(BitConverter.GetBytes((long)content.Length));
            bytes.AddRange(new byte[12]);
            bytes.AddRange(content);
            bytes.AddRange(new byte[-bytes.Count & 7]);
            bytes.AddRange([0x22, 0xA7, 0xFB, 0x71, 0x79, 0x0F, 0x0B, 0x4A, 0xBB, 0x13, 0x89, 0x92, 0x56, 0x42, 0x6B, 0x24]);
        }

        var file = bytes.ToArray();
        byte[] head = [0xE4, 0x52, 0x5C, 0x7B, 0x8C, 0xD8, 0xA7, 0x4D, 0xAE, 0xB1, 0x53, 0x78, 0xD0, 0x29, 0x96, 0xD3];
        head.CopyTo(file, 0);
        byte[] format = [0x3F, 0xDD, 0x9A, 0x10, 0x1B, 0x91, 0xF5, 0x49, 0xA5, 0xD0, 0x17, 0x91, 0xED, 0xC8, 0xAE, 0xD8];
        format.CopyTo(file, 48);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(0xC4), file.Length);
        return file;
    }
}
