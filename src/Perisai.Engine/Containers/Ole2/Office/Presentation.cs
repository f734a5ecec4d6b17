using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Ole2.Encryption;

namespace Perisai.Engine.Containers.Ole2.Office;

/// <summary>Hands on what is in a presentation and in the stream of its pictures, decrypted first where they are encrypted.</summary>
internal static class Presentation
{
    public const string DocumentName = "PowerPoint Document";

    public static bool Read(Ole2File file, Ole2Entry entry, DocumentKeys keys)
    {
        var sink = file.Sink;
        var source = file.Open(entry);
        if (EncryptedPresentation.Find(file, entry) is not { } encrypted)
            return SlideRecords.Read(sink, source, entry.Path);
        var member = new Member($"{entry.Path}/decrypted") { WasEncrypted = true, DeclaredLength = source.Length };
        if (KeyOf(encrypted, file, entry, keys, out var detail) is not { } key)
            return sink.AddNotScanned(member, NotScannedReason.Encrypted, detail.Length > 0 ? detail : "A presentation with a password.");
        using var input = new CodecInput(source, 0, source.Length, sink.Budget);
        using var stream = new PresentationStream(input, encrypted.Objects, key);
        using var content = DecryptedContent.Of(stream, sink);
        return sink.AddSlice(member, content.Source, 0, content.Source.Length) && SlideRecords.Read(sink, content.Source, entry.Path);
    }

    public static bool ReadPictures(Ole2File file, Ole2Entry entry, DocumentKeys keys)
    {
        var sink = file.Sink;
        var source = file.Open(entry);
        if (file.Find(entry.Parent, DocumentName) is not { IsStream: true } document || EncryptedPresentation.Find(file, document) is not { } encrypted)
            return PictureRecords.Read(sink, source, entry.Path);
        if (KeyOf(encrypted, file, document, keys, out var detail) is not { } key)
            return sink.AddNotScanned(new($"{entry.Path}/decrypted") { WasEncrypted = true }, NotScannedReason.Encrypted, detail);
        using var input = new CodecInput(source, 0, source.Length, sink.Budget);
        using var stream = new PictureStream(input, key);
        using var content = DecryptedContent.Of(stream, sink);
        return PictureRecords.Read(sink, content.Source, entry.Path);
    }

    private static Rc4Key? KeyOf(EncryptedPresentation encrypted, Ole2File file, Ole2Entry document, DocumentKeys keys, out string detail)
    {
        detail = "";
        if (keys.Find(document.Parent) is { } known)
            return known;
        var key = Rc4Key.Find(encrypted.Description, file.Sink, out detail);
        if (key is not null)
            keys.Note(document.Parent, key);
        return key;
    }
}
