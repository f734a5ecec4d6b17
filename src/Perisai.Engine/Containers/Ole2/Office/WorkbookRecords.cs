using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Ole2.Encryption;
using Perisai.Engine.Containers.Ole2.Macros;

namespace Perisai.Engine.Containers.Ole2.Office;

/// <summary>
/// Looks through the first records of a workbook ([MS-XLS] 2.1.4): sheets of Excel 4 macros are observed and written as text, and an encrypted workbook is decrypted as Excel
/// would open it.
/// </summary>
internal static class WorkbookRecords
{
    private const int EndOfFile = 0x0A;
    private const int FilePass = 0x2F;
    private const int BoundSheet = 0x85;
    private const byte MacroSheetType = 1;

    /// <summary>How much of the stream a key is for.</summary>
    private const int BlockLength = 1024;

    /// <summary>Sheets of macros that are written as text.</summary>
    private const int MaxSheets = 64;

    /// <summary>Records before the first sheet: strings and formats of a large workbook.</summary>
    private const int MaxRecords = 1_000_000;

    public static bool Read(Ole2File file, Ole2Entry entry, DocumentKeys keys) => Read(file.Sink, entry, file.Open(entry), keys, isDecrypted: false);

    private static bool Read(IMemberSink sink, Ole2Entry entry, ByteSource source, DocumentKeys keys, bool isDecrypted)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var sheets = 0;
        for (var count = 0; count < MaxRecords && !sink.ShouldStop; count++)
        {
            if (!reader.TryReadUInt16(out var kind) || !reader.TryReadUInt16(out var length) || !reader.TryPeekSpan(length, out var value))
            {
                sink.AddFault(Ole2Faults.BadWorkbook, reader.Position, entry.Path);
                break;
            }

            if (kind == EndOfFile)
                break;
            if (kind == FilePass && !isDecrypted)
                return AddDecrypted(sink, entry, source, value, keys);
            var isMacroSheet = kind == BoundSheet && length > 6 && value[5] == MacroSheetType;
            var offset = isMacroSheet ? BinaryPrimitives.ReadUInt32LittleEndian(value) : 0;
            reader.TrySkip(length);
            if (isMacroSheet && sheets++ < MaxSheets && !AddMacros(sink, entry, source, offset, sheets))
                return false;
        }

        return !sink.ShouldStop && (sheets == 0 || AddRecordText(sink, entry, source));
    }

    /// <summary>What ClamAV's definitions for such macros are made from.</summary>
    private static bool AddRecordText(IMemberSink sink, Ole2Entry entry, ByteSource source)
    {
        using var input = new CodecInput(source, 0, source.Length, sink.Budget);
        using var text = new RecordText(input);
        return sink.AddStream(new($"{entry.Path}/macro-records") { DeclaredType = FileType.Text }, text, -1);
    }

    private static bool AddMacros(IMemberSink sink, Ole2Entry entry, ByteSource source, uint offset, int number)
    {
        sink.AddObservation(Observations.ExcelMacros, entry.Path);
        var text = MacroSheet.Render(source, offset, sink.Budget);
        if (text.Length == 0)
            return !sink.ShouldStop;
        using var content = new MemoryStream(text);
        return sink.AddStream(new($"{entry.Path}/macros-{number}") { DeclaredType = FileType.Text }, content, -1);
    }

    private static bool AddDecrypted(IMemberSink sink, Ole2Entry entry, ByteSource source, ReadOnlySpan<byte> pass, DocumentKeys keys)
    {
        var member = new Member($"{entry.Path}/decrypted") { WasEncrypted = true, DeclaredLength = source.Length };
        if (CipherOf(sink, entry, pass, keys, out var detail) is not { } cipher)
            return sink.AddNotScanned(member, NotScannedReason.Encrypted, detail);
        using var input = new CodecInput(source, 0, source.Length, sink.Budget);
        using var stream = new WorkbookStream(input, cipher);
        using var content = DecryptedContent.Of(stream, sink);
        return sink.AddSlice(member, content.Source, 0, content.Source.Length) && Read(sink, entry, content.Source, keys, isDecrypted: true);
    }

    /// <summary>By what FILEPASS says ([MS-XLS] 2.4.117); before Excel 97 it holds the key and the verifier alone.</summary>
    private static IDocumentCipher? CipherOf(IMemberSink sink, Ole2Entry entry, ReadOnlySpan<byte> pass, DocumentKeys keys, out string detail)
    {
        detail = "A workbook encrypted by XOR.";
        if (pass.Length == 4 || pass.Length >= 6 && BinaryPrimitives.ReadUInt16LittleEndian(pass) == 0)
        {
            var check = pass.Length == 4 ? pass : pass[2..];
            return Obfuscation.Find(
                BinaryPrimitives.ReadUInt16LittleEndian(check), BinaryPrimitives.ReadUInt16LittleEndian(check[2..]), Obfuscation.WorkbookRotation, sink) is { } array
                ? new WorkbookObfuscation(array) : null;
        }

        if (pass.Length < 6 || Rc4Key.Find(pass[2..], sink, out detail) is not { } key)
            return null;
        keys.Note(entry.Parent, key);
        return new Rc4Blocks(key, BlockLength);
    }
}
