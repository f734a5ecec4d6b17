using System.IO.Hashing;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Ace;

/// <summary>Writes ACE archives of stored files, and of files that pretend to be compressed or encrypted.</summary>
internal static class AceBuilder
{
    public static byte[] Build(params (string Name, byte[] Content, int Method, int Flags)[] files)
    {
        byte[] archive = Header([0, 0, 0x10, .. "**ACE**"u8, 10, 20, 2, 0, 0, 0, 0, 0, .. new byte[8], 22, .. "*UNREGISTERED VERSION*"u8]);
        foreach (var (name, content, method, flags) in files)
        {
            var stored = Encoding.ASCII.GetBytes(name);
            archive = [.. archive, .. Header([1, .. BitConverter.GetBytes((ushort)(flags | 1)), .. BitConverter.GetBytes(content.Length), .. BitConverter.GetBytes(content.Length),
                0, 0, 0x21, 0x2A, 0x20, 0, 0, 0, .. BitConverter.GetBytes(~Crc32.HashToUInt32(content)), (byte)method, 3, 10, 0, 0x45, 0x54,
                .. BitConverter.GetBytes((ushort)stored.Length), .. stored]), .. content];
        }

        return archive;
    }

    private static byte[] Header(byte[] content) =>
        [.. BitConverter.GetBytes((ushort)~Crc32.HashToUInt32(content)), .. BitConverter.GetBytes((ushort)content.Length), .. content];
}
