using Perisai.Engine.Tests.Containers.Ole2;

namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>Office documents.</summary>
internal static partial class ContainerSamples
{
    private static Dictionary<string, Sample> Documents() => new()
    {
        ["ole2"] = new(FileType.Ole2, false, _ => new Ole2Builder().Add("a", Text()).Add("s/b", Noise()).Add("s/z", Content()).ToArray()),
        ["ole2-scattered"] = new(FileType.Ole2, false, _ => new Ole2Builder(4, isScattered: true).Add("a", Text()).Add("s/z", [.. Noise(), .. Noise(), .. Content()]).ToArray()),
        ["ole2-workbook"] = new(
            FileType.Ole2, false, _ => new Ole2Builder().Add("Workbook", WorkbookBuilder.Encrypt(0, Content(), "VelvetSweatshop", false).Encrypted).ToArray()),
        ["ole2-word-rc4"] = new(FileType.Ole2, false, _ => OldEncryptionBuilder.File(OldEncryptionBuilder.Word("rc4", Content(), "VelvetSweatshop").Encrypted)),
        ["ole2-word-xor"] = new(FileType.Ole2, false, _ => OldEncryptionBuilder.File(OldEncryptionBuilder.Word("xor", Content(), "VelvetSweatshop").Encrypted)),
        ["ole2-workbook-xor"] = new(
            FileType.Ole2, false, _ => new Ole2Builder().Add("Workbook", WorkbookBuilder.Obfuscate(0, Content(), "VelvetSweatshop").Encrypted).ToArray()),
        ["ole2-presentation"] = new(FileType.Ole2, false, _ => OldEncryptionBuilder.File(OldEncryptionBuilder.Presentation(Content(), "VelvetSweatshop").Encrypted)),
        ["onenote"] = new(FileType.OneNote, false, _ => OneNote.OneNoteBuilder.Build(Noise(), Content())) { EndIsOptional = true },
        ["xml"] = new(FileType.Xml, false, _ => BuildXml())
        {
            EndIsOptional = true,
            // What comes before its data is a text, and whole wherever it ends.
            MayEndBefore = static sample => sample.AsSpan().IndexOf("<w:binData>"u8) + 200,
        },
        ["activemime"] = new(FileType.ActiveMime, false, _ => ActiveMime.ActiveMimeReaderTests.Build(Content())),
        ["hwp3"] = new(FileType.Hwp3, false, _ => Hwp3.Hwp3ReaderTests.Build(Content(), isCompressed: true)),
        ["ole2-macros"] = new(FileType.Ole2, false, _ => new Ole2Builder().Add("a", Text()).AddProject("VBA", ("z", MacroBuilder.Compress(Content()))).ToArray())
        {
            HasObservations = true,
        },
        ["ooxml-macros"] = new(FileType.Zip, true, _ => BuildZip(
            ("[Content_Types].xml", "<Types/>"u8.ToArray()), ("word/document.xml", Text()),
            ("word/vbaProject.bin", new Ole2Builder().AddProject("VBA", ("z", MacroBuilder.Compress(Content()))).ToArray())))
        {
            HasObservations = true,
        },
        ["hwpx"] = new(FileType.Zip, true, _ => BuildZip(
            ("mimetype", "application/hwp+zip"u8.ToArray()), ("Contents/section0.xml", Text()), ("BinData/ole1.ole", new Ole2Builder().Add("z", Content()).ToArray()))),
        ["onepkg"] = new(FileType.Cab, true, work =>
        {
            work.Write("a.one", OneNote.OneNoteBuilder.Build(Noise(), Content()));
            return Packed(work, "gcab", "-cz", "out", "a.one");
        }),
        ["ole2-macro-sheet"] = new(FileType.Ole2, false, _ => new Ole2Builder().Add("Workbook", WorkbookBuilder.Build(1, Content())).ToArray())
        {
            HasObservations = true,
        },
        ["ole2-agile"] = new(FileType.Ole2, false, work => EncryptionBuilder.Agile(Packed(work, "zip", "-q", "-r", "out", "files"), "VelvetSweatshop")),
        ["ole2-standard"] = new(FileType.Ole2, false, work => EncryptionBuilder.Standard(Packed(work, "zip", "-q", "-r", "out", "files"), "VelvetSweatshop")),
    };

    private static byte[] BuildZip(params (string Name, byte[] Content)[] files)
    {
        var bytes = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(bytes, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private static byte[] BuildXml() => System.Text.Encoding.ASCII.GetBytes(
        $"<?xml version=\"1.0\"?>\n<w:wordDocument><w:p>Text</w:p><w:binData>\n{Convert.ToBase64String(Content(), Base64FormattingOptions.InsertLineBreaks)}\n</w:binData></w:wordDocument>\n");
}
