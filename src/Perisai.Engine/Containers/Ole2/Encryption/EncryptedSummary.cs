using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>
/// Hands on the streams, such as a document's properties, that are encrypted together in one ([MS-OFFCRYPTO] 2.3.5.4): first where their list is and how
/// long, then their content, each encrypted as a block of its own number.
/// </summary>
internal static class EncryptedSummary
{
    private const int HeaderLength = 8;
    private const int DescriptorLength = 16;
    private const int MaxLength = 4 << 20;
    private const int MaxStreams = 64;

    public static bool IsNamed(Ole2Entry entry) => entry.IsNamed("EncryptedSummary") || entry.IsNamed("encryption");

    public static bool Read(Ole2File file, Ole2Entry entry, Rc4Key key)
    {
        var sink = file.Sink;
        var source = file.Open(entry);
        var bytes = new byte[(int)Math.Min(source.Length, MaxLength)];
        var list = source.Length <= MaxLength && source.Read(0, bytes) == bytes.Length ? ListIn(bytes, key) : default;
        if (list.Length < 4)
        {
            sink.AddLoss(Ole2Faults.BadEncryption, -1, entry.Path);
            return !sink.ShouldStop;
        }

        key.Block(0).Apply(list);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(list);
        list = list[4..];
        for (var index = 0; index < Math.Min(count, MaxStreams); index++)
        {
            if (list.Length < DescriptorLength || list.Length < DescriptorLength + 2 * list[10] + 2)
            {
                sink.AddLoss(Ole2Faults.BadEncryption, -1, entry.Path);
                break;
            }

            long offset = BinaryPrimitives.ReadUInt32LittleEndian(list);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(list[4..]);
            var block = BinaryPrimitives.ReadUInt16LittleEndian(list[8..]);
            var name = NameIn(list.Slice(DescriptorLength, 2 * list[10]));
            list = list[(DescriptorLength + 2 * list[10] + 2)..];
            if (offset > bytes.Length || length > bytes.Length - offset)
            {
                sink.AddLoss(Ole2Faults.BadEncryption, offset, entry.Path);
                continue;
            }

            var content = bytes.AsSpan((int)offset, (int)length).ToArray();
            key.Block(block).Apply(content);
            using var stream = new MemoryStream(content);
            if (!sink.AddStream(new($"{entry.Path}/{name}") { WasEncrypted = true }, stream, length))
                return false;
        }

        return !sink.ShouldStop;
    }

    private static string NameIn(ReadOnlySpan<byte> bytes)
    {
        Span<byte> field = stackalloc byte[64];
        field.Clear();
        bytes[..Math.Min(bytes.Length, field.Length)].CopyTo(field);
        return Ole2Name.Decode(field, field.Length);
    }

    /// <summary>The encrypted list. Where it is, is encrypted by Office, and not by the letter of the specification.</summary>
    private static Span<byte> ListIn(byte[] bytes, Rc4Key key)
    {
        if (bytes.Length < HeaderLength)
            return default;
        var header = bytes.AsSpan(0, HeaderLength).ToArray();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            // The second time it is as it was.
            key.Block(0).Apply(header);
            long offset = BinaryPrimitives.ReadUInt32LittleEndian(header);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4));
            if (offset >= HeaderLength && offset + length <= bytes.Length)
                return bytes.AsSpan((int)offset, (int)length);
        }

        return default;
    }
}
