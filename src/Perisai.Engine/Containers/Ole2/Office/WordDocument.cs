using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Ole2.Encryption;

namespace Perisai.Engine.Containers.Ole2.Office;

/// <summary>
/// Decrypts a Word document ([MS-DOC] 2.2.6): the text, the tables and the data behind them, each from its beginning on except for the first bytes. Macros
/// and embedded objects are not encrypted. The first bytes of the text say how, or where that is described.
/// </summary>
internal static class WordDocument
{
    private const int VersionOffset = 2;
    private const int FlagsOffset = 10;
    private const int KeyOffset = 14;
    private const ushort IsEncrypted = 0x0100;
    private const ushort UsesSecondTable = 0x0200;
    private const ushort IsObfuscated = 0x8000;

    /// <summary>The first version of Word 97; those before know obfuscation alone.</summary>
    private const ushort FirstOfWord97 = 0xC0;

    private const int PlainLength = 68;
    private const int PlainLengthBefore97 = 52;

    /// <summary>How much of a stream a key is for.</summary>
    private const int BlockLength = 512;

    /// <summary>The longest description of an encryption.</summary>
    private const int MaxDescription = 4096;

    public static bool Read(Ole2File file, Ole2Entry entry, DocumentKeys keys)
    {
        Span<byte> header = stackalloc byte[KeyOffset + 4];
        if (file.Open(entry).Read(0, header) < header.Length)
            return true;
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[FlagsOffset..]);
        if ((flags & IsEncrypted) == 0)
            return true;
        var version = BinaryPrimitives.ReadUInt16LittleEndian(header[VersionOffset..]);
        var table = file.Find(entry.Parent, (flags & UsesSecondTable) != 0 ? "1Table" : "0Table");
        return (flags & IsObfuscated) != 0 || version < FirstOfWord97
            ? ReadObfuscated(file, entry, table, header[KeyOffset..], version < FirstOfWord97 ? PlainLengthBefore97 : PlainLength)
            : ReadEncrypted(file, entry, table, BinaryPrimitives.ReadInt32LittleEndian(header[KeyOffset..]), keys);
    }

    private static bool ReadObfuscated(Ole2File file, Ole2Entry entry, Ole2Entry? table, ReadOnlySpan<byte> check, int plainLength)
    {
        var array = Obfuscation.Find(
            BinaryPrimitives.ReadUInt16LittleEndian(check[2..]), BinaryPrimitives.ReadUInt16LittleEndian(check), Obfuscation.WordRotation, file.Sink);
        return array is null
            ? file.Sink.AddNotScanned(new($"{entry.Path}/decrypted") { WasEncrypted = true }, NotScannedReason.Encrypted, "XOR with a password.")
            : AddAll(file, entry, table, () => new WordObfuscation(array), plainLength, 0);
    }

    private static bool ReadEncrypted(Ole2File file, Ole2Entry entry, Ole2Entry? table, int length, DocumentKeys keys)
    {
        var description = new byte[table is null ? 0 : (int)Math.Min(Math.Clamp(length, 0, MaxDescription), table.Length)];
        var count = table is null ? 0 : file.Open(table).Read(0, description);
        if (Rc4Key.Find(description.AsSpan(0, count), file.Sink, out var detail) is not { } key)
        {
            return file.Sink.AddNotScanned(
                new($"{entry.Path}/decrypted") { WasEncrypted = true }, NotScannedReason.Encrypted, detail.Length > 0 ? detail : "RC4 with a password.");
        }

        keys.Note(entry.Parent, key);
        return AddAll(file, entry, table, () => new Rc4Blocks(key, BlockLength), PlainLength, description.Length);
    }

    private static bool AddAll(Ole2File file, Ole2Entry entry, Ole2Entry? table, Func<IDocumentCipher> cipher, int plainLength, int descriptionLength) =>
        Add(file, entry, cipher(), plainLength) && (table is null || Add(file, table, cipher(), descriptionLength))
            && (file.Find(entry.Parent, "Data") is not { IsStream: true } data || Add(file, data, cipher(), 0));

    private static bool Add(Ole2File file, Ole2Entry entry, IDocumentCipher cipher, int plainLength)
    {
        var source = file.Open(entry);
        using var input = new CodecInput(source, 0, source.Length, file.Sink.Budget);
        using var content = new DecryptedStream(input, cipher, plainLength);
        return file.Sink.AddStream(new($"{entry.Path}/decrypted") { WasEncrypted = true, DeclaredLength = source.Length }, content, source.Length);
    }
}
