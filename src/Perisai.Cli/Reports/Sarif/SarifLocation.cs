using System.Text.Json;
using Perisai.Cli.Reports.Json;
using Perisai.Cli.Scanning;
using Perisai.Engine;

namespace Perisai.Cli.Reports.Sarif;

/// <summary>
/// Where a finding lies: the file by its URI, the object in it by its path through the containers. Offsets are regions of the file only where the file
/// itself is the object; those of a member go beside it as properties.
/// </summary>
internal static class SarifLocation
{
    public static void WriteMessage(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject("message");
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ScanResult result, Finding finding)
    {
        var matches = finding is Detection detection ? detection.Matches : [];
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", FileUri.Of(result.Path.ToString()));
        json.WriteEndObject();
        if (finding.Path.Length == 1 && matches.Length > 0)
        {
            json.WriteStartObject("region");
            json.WriteNumber("byteOffset", matches[0].Offset);
            json.WriteNumber("byteLength", matches[0].Length);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (finding.Path.Length > 1)
        {
            json.WriteStartArray("logicalLocations");
            json.WriteStartObject();
            json.WriteString("fullyQualifiedName", string.Join(" > ", finding.Path.Skip(1).Select(ResultJson.TextOf)));
            json.WriteString("kind", "resource");
            json.WriteEndObject();
            json.WriteEndArray();
        }

        if (matches.Length > 0)
        {
            json.WriteStartObject("properties");
            json.WriteStartArray("matches");
            foreach (var match in matches)
            {
                json.WriteStartObject();
                json.WriteNumber("subpattern", match.Subpattern);
                json.WriteNumber("offset", match.Offset);
                json.WriteNumber("length", match.Length);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }
}
