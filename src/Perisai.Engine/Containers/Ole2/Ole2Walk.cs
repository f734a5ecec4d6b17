using Perisai.Engine.Containers.Ole2.Encryption;
using Perisai.Engine.Containers.Ole2.Macros;
using Perisai.Engine.Containers.Ole2.Office;

namespace Perisai.Engine.Containers.Ole2;

/// <summary>Hands on every stream in the order of the directory, and behind each what Office keeps in streams of its name.</summary>
internal sealed class Ole2Walk(Ole2File file)
{
    private readonly Ole2Streams _streams = new(file);
    private readonly DocumentKeys _keys = new();
    private readonly HangulDocument? _hangul = HangulDocument.Find(file);

    public void Run()
    {
        foreach (var entry in file.Entries)
        {
            if (file.Sink.ShouldStop || entry.IsStream && !(_streams.Add(entry, NameOf(entry)) && Open(entry)))
                return;
        }

        // What is encrypted with a document is read when its key is known.
        foreach (var entry in file.Entries)
        {
            if (file.Sink.ShouldStop || entry.IsStream && EncryptedSummary.IsNamed(entry) && !OpenSummary(entry))
                return;
        }
    }

    private bool OpenSummary(Ole2Entry entry)
    {
        if (_keys.Find(entry.Parent) is { } key)
            return EncryptedSummary.Read(file, entry, key);
        return !entry.IsNamed("EncryptedSummary")
            || file.Sink.AddNotScanned(new(entry.Path) { WasEncrypted = true }, NotScannedReason.Encrypted, "A presentation with a password.");
    }

    private string NameOf(Ole2Entry entry) => MailMessage.IsProperty(entry) ? MailMessage.NameOf(file, entry) : entry.Path;

    /// <summary>Hands on what is in a stream. False: stop.</summary>
    private bool Open(Ole2Entry entry)
    {
        if (entry.Length == 0 || entry.Name.Length < 3)
            return true;
        if (entry.IsNamed("[1]Ole10Native"))
            return NativeObject.Read(file, entry);
        if (entry.IsNamed(Presentation.DocumentName))
            return Presentation.Read(file, entry, _keys);
        if (MailMessage.IsProperty(entry))
            return MailMessage.Read(file, entry);
        if (_hangul is not null)
            return _hangul.Read(file, entry);
        if (entry.IsNamed("Pictures"))
            return Presentation.ReadPictures(file, entry, _keys);
        if (entry.IsNamed("Workbook") || entry.IsNamed("Book"))
            return WorkbookRecords.Read(file, entry, _keys);
        if (entry.IsNamed("WordDocument"))
            return WordDocument.Read(file, entry, _keys);
        if (entry.IsNamed("EncryptedPackage"))
            return EncryptedPackage.Read(file, entry);
        if (MacroProject.IsDirectory(file, entry))
            return MacroProject.Read(file, entry);
        return true;
    }
}
