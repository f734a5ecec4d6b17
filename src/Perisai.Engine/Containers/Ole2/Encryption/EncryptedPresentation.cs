using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>
/// What an encrypted presentation says of itself ([MS-PPT] 2.3.2 to 2.3.7): where each of its objects begins in the stream, under which number, and the
/// object that describes the encryption. Edits form a chain from the last to the first, each with a directory of what it wrote.
/// </summary>
/// <param name="Objects">Place and number of every encrypted object, in the order of the stream.</param>
/// <param name="Description">The description of the encryption; empty where it is not found.</param>
internal sealed record EncryptedPresentation((long Offset, int Number)[] Objects, byte[] Description)
{
    /// <summary>In the atom that tells where the last edit is.</summary>
    private const uint EncryptedToken = 0xF3D1C4DF;

    private const int UserAtomLength = 20;
    private const int UserEdit = 0x0FF5;
    private const int PersistDirectory = 0x1772;
    private const int CryptSession = 0x2F14;
    private const int EditLength = 28;
    private const int MaxEdits = 4096;
    private const int MaxObjects = 1 << 20;
    private const int MaxDescription = 4096;

    /// <summary>Null where it is not encrypted.</summary>
    public static EncryptedPresentation? Find(Ole2File file, Ole2Entry document)
    {
        Span<byte> user = stackalloc byte[UserAtomLength];
        if (file.Find(document.Parent, "Current User") is not { IsStream: true } entry || file.Open(entry).Read(0, user) < user.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(user[12..]) != EncryptedToken)
            return null;
        var reader = new BoundedReader(file.Open(document), file.Sink.Budget);
        var objects = new Dictionary<long, int>();
        long edit = BinaryPrimitives.ReadUInt32LittleEndian(user[16..]);
        var session = -1;
        for (var count = 0; count < MaxEdits && file.Sink.Budget.CheckTime(); count++)
        {
            if (!TryEnter(reader, edit, UserEdit, out var length) || length < EditLength || !reader.TryPeekSpan(EditLength, out var atom))
                break;
            long previous = BinaryPrimitives.ReadUInt32LittleEndian(atom[8..]);
            long directory = BinaryPrimitives.ReadUInt32LittleEndian(atom[12..]);
            if (session < 0 && length >= EditLength + 4 && reader.TryPeekSpan(EditLength + 4, out atom))
                session = BinaryPrimitives.ReadInt32LittleEndian(atom[EditLength..]);
            ReadDirectory(reader, directory, objects);
            if (previous == 0 || previous >= edit)
                break;
            edit = previous;
        }

        var description = DescriptionOf(reader, objects, session);
        return new([.. objects.Where(found => found.Value != session).Select(found => (found.Key, found.Value)).Order()], description);
    }

    private static bool TryEnter(BoundedReader reader, long offset, int type, out uint length)
    {
        length = 0;
        reader.Position = offset;
        return reader.TrySkip(2) && reader.TryReadUInt16(out var found) && found == type && reader.TryReadUInt32(out length);
    }

    private static void ReadDirectory(BoundedReader reader, long offset, Dictionary<long, int> objects)
    {
        if (!TryEnter(reader, offset, PersistDirectory, out var length))
            return;
        var end = reader.Position + Math.Min(length, reader.Remaining);
        while (reader.Position < end && reader.TryReadUInt32(out var run))
        {
            var (first, count) = ((int)(run & 0xFFFFF), (int)(run >> 20));
            for (var index = 0; index < count && reader.Position < end && objects.Count < MaxObjects && reader.TryReadUInt32(out var place); index++)
                objects.TryAdd(place, first + index);
        }
    }

    private static byte[] DescriptionOf(BoundedReader reader, Dictionary<long, int> objects, int session)
    {
        foreach (var (offset, number) in objects)
        {
            if (number == session && TryEnter(reader, offset, CryptSession, out var length) && length <= MaxDescription && reader.TryGetSpan((int)length, out var bytes))
                return bytes.ToArray();
        }

        return [];
    }
}
