using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Perisai.Cli.Reports.Json;
using Perisai.Cli.Scanning;
using Perisai.Engine;

namespace Perisai.Cli.ClamScan;

/// <summary>
/// What <c>--gen-json</c> says of a file and of all that is in it, in the members that clamscan 1.4 writes for every kind of file: <c>FileName</c>,
/// <c>FileType</c>, <c>FileSize</c>, <c>FileMD5</c>, <c>Viruses</c>, <c>ContainedObjects</c>. With <c>--debug</c> it goes to standard error, with
/// <c>--leave-temps</c> to <c>metadata.json</c> in a new folder for each file below <c>--tempdir</c>.
/// </summary>
internal sealed class ClamScanMetadata(ClamScanSettings settings, ClamScanOutput output)
{
    private const int MaximumName = 48;

    /// <summary>Written before the line about the file, as programs read them in this order.</summary>
    /// <exception cref="IOException">The folder or the file cannot be made.</exception>
    public void Add(ScanResult result)
    {
        if (result.Report.Objects.IsEmpty)
            return;
        if (result.Report.Objects.Length < result.Report.ObjectCount)
            output.Warning($"{result.Path}: Only the first {result.Report.Objects.Length} objects are described.");
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, ResultJson.Options(indented: false)))
            Write(json, result.Report);
        buffer.WriteByte((byte)'\n');
        if (settings.IsDebug)
            output.Metadata(buffer.ToArray());
        if (!settings.LeavesMetadata)
            return;
        // A folder's name has 255 bytes, a character up to four.
        var name = Path.GetFileName(result.Path.ToString());
        name = name[..Math.Min(name.Length, MaximumName)];
        var stamp = DateTimeOffset.Now.ToString("yyyyMMdd_HHmmss", CultureInfo.InvariantCulture);
        var folder = Path.Combine(settings.TemporaryFolder ?? Path.GetTempPath(), $"{stamp}-{name}.{Random.Shared.NextInt64(1L << 40):x10}");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllBytes(Path.Combine(folder, "metadata.json"), buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, ScanReport report)
    {
        var objects = report.Objects.Where(item => !item.IsView).ToList();
        var detections = report.Findings.OfType<Detection>().ToLookup(detection => string.Join('\0', detection.Path), ClamScanAlerts.NameOf);
        json.WriteStartObject();
        json.WriteString("Magic", "CLAMJSONv0");
        json.WriteString("RootFileType", ClamScanTypeName.Of(report.Type));
        var next = 0;
        while (next < objects.Count)
            WriteMembers(json, objects, detections, ref next);
        json.WriteEndObject();
    }

    /// <summary>Writes one object and all in it; they follow it in the list, with longer paths.</summary>
    private static void WriteMembers(Utf8JsonWriter json, List<ScannedObject> objects, ILookup<string, string> detections, ref int next)
    {
        var item = objects[next++];
        json.WriteString("FileName", item.Path.Length == 1 ? Path.GetFileName(item.Path[0]) : item.Path[^1]);
        json.WriteString("FileType", ClamScanTypeName.Of(item.Type));
        json.WriteNumber("FileSize", item.Length);
        json.WriteString("FileMD5", item.Digests.Md5);
        if (detections[string.Join('\0', item.Path)].Distinct().ToImmutableArray() is { Length: > 0 } names)
        {
            json.WriteStartArray("Viruses");
            foreach (var name in names)
                json.WriteStringValue(name);
            json.WriteEndArray();
        }

        if (next >= objects.Count || objects[next].Path.Length <= item.Path.Length)
            return;
        json.WriteStartArray("ContainedObjects");
        while (next < objects.Count && objects[next].Path.Length > item.Path.Length)
        {
            json.WriteStartObject();
            WriteMembers(json, objects, detections, ref next);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
