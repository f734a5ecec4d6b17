using System.Text.Json;
using Perisai.Cli.Reports.Json;
using Perisai.Cli.Scanning;
using Perisai.Engine;

namespace Perisai.Cli.Reports.Sarif;

/// <summary>
/// Notifications until their place in the document comes: as text in memory while they are few, then in a temporary file that goes with the process.
/// </summary>
internal sealed class SarifNotifications
{
    private const int MemoryLimit = 4 << 20;

    private readonly MemoryStream _memory = new();
    private readonly Utf8JsonWriter _writer;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<int> _lengths = [];
    private FileStream? _file;

    public SarifNotifications() => _writer = new(_memory, ResultJson.Options(indented: false));

    /// <summary>The kinds of notification there are.</summary>
    public IEnumerable<string> Ids => _ids.Order(StringComparer.Ordinal);

    public void Add(ScanResult result, Finding finding)
    {
        var (id, level, text) = finding switch
        {
            NotScanned left => ($"not-scanned/{Words.Id(left.Reason)}", LevelOf(left.Reason), $"not scanned ({Words.Of(left)})"),
            Observation observed => (observed.Name, "note", observed.Detail.Length > 0 ? $"{observed.Name}: {observed.Detail}" : observed.Name),
            Malformation malformed => (malformed.Fault.Id, "note", $"malformed: {malformed.Fault}"),
            _ => ("other", "note", ""),
        };
        _ids.Add(id);
        var from = (int)_memory.Length;
        _writer.Reset(_memory);
        _writer.WriteStartObject();
        _writer.WriteStartObject("descriptor");
        _writer.WriteString("id", id);
        _writer.WriteEndObject();
        _writer.WriteString("level", level);
        SarifLocation.WriteMessage(_writer, $"{Words.PathOf(result, finding)}: {PrintableText.Of(text)}");
        SarifLocation.Write(_writer, result, finding);
        _writer.WriteEndObject();
        _writer.Flush();
        _lengths.Add((int)_memory.Length - from);
        if (_memory.Length > MemoryLimit)
            Spill();
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        if (_file is not null)
            Spill();
        using var pieces = (Stream?)_file ?? _memory;
        pieces.Position = 0;
        var buffer = new byte[64 << 10];
        foreach (var length in _lengths)
        {
            if (buffer.Length < length)
                buffer = new byte[length * 2];
            pieces.ReadExactly(buffer, 0, length);
            json.WriteRawValue(buffer.AsSpan(0, length), skipInputValidation: true);
            if (json.BytesPending > MemoryLimit)
                json.Flush();
        }
    }

    private static string LevelOf(NotScannedReason reason) => ScanTotals.IsIncomplete(reason) ? "warning" : "note";

    /// <summary>A file without a name: even a killed process leaves nothing behind.</summary>
    private static FileStream OpenFile()
    {
        var path = Path.Combine(Path.GetTempPath(), $"perisai-{Guid.NewGuid():n}");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None | FileShare.Delete, 1);
        File.Delete(path);
        return file;
    }

    private void Spill()
    {
        _file ??= OpenFile();
        _memory.WriteTo(_file);
        _memory.SetLength(0);
    }
}
