using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Ole2.Office;

/// <summary>Reports a Word document that is encrypted: its header says so ([MS-DOC] 2.5.2). Word has no password that opens such by itself.</summary>
internal static class WordDocument
{
    private const int FlagsOffset = 10;
    private const ushort IsEncrypted = 0x0100;
    private const ushort IsObfuscated = 0x8000;

    public static bool Read(Ole2File file, Ole2Entry entry)
    {
        Span<byte> header = stackalloc byte[FlagsOffset + 2];
        if (file.Open(entry).Read(0, header) < header.Length)
            return true;
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[FlagsOffset..]);
        return (flags & IsEncrypted) == 0
            || file.Sink.AddNotScanned(
                new($"{entry.Path}/text"), NotScannedReason.Encrypted, (flags & IsObfuscated) != 0 ? "XOR with a password." : "RC4 with a password.");
    }
}
