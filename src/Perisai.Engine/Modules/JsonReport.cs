using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Perisai.Engine.Modules;

/// <summary>
/// A report in JSON that comes with a scan. It is parsed once, however many objects are scanned with it. What is missing in it or of another kind than expected
/// counts as not there.
/// </summary>
internal static class JsonReport
{
    private static readonly ConditionalWeakTable<byte[], StrongBox<JsonElement>> _parsed = [];

    /// <summary>The report; an undefined element where there is none or it is not JSON.</summary>
    public static JsonElement Parse(byte[]? data) => data is null ? default : _parsed.GetValue(data, static bytes =>
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return new StrongBox<JsonElement>(document.RootElement.Clone());
        }
        catch (JsonException)
        {
            // FindError has told the user.
            return new StrongBox<JsonElement>();
        }
    }).Value;

    /// <summary>Why the data are no report.</summary>
    public static string? FindError(ReadOnlyMemory<byte> data)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            return document.RootElement.ValueKind == JsonValueKind.Object ? null : "the report is not a JSON object";
        }
        catch (JsonException fault)
        {
            return $"the report is not JSON (line {fault.LineNumber + 1})";
        }
    }

    /// <summary>A member of an object.</summary>
    public static JsonElement Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    /// <summary>The first of several members, since reports of different ages name them differently.</summary>
    public static JsonElement Member(this JsonElement element, string name, string otherName) =>
        element.Member(name) is { ValueKind: not JsonValueKind.Undefined } member ? member : element.Member(otherName);

    /// <summary>Elements of an array; none of anything else.</summary>
    public static IEnumerable<JsonElement> Elements(this JsonElement element) => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    /// <summary>A text as UTF-8; null for anything else.</summary>
    public static byte[]? Text(this JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return Encoding.UTF8.GetBytes(element.GetString()!);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    /// <summary>A whole number of 64 bits; undefined for anything else.</summary>
    public static RuleValue Number(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) ? RuleValue.Of(number) : RuleValue.Undefined;

    /// <summary>Whether a text is there and a rule's argument fits it: a regular expression that matches, or the same text in whatever case.</summary>
    public static bool Fits(this JsonElement element, RuleValue argument) => element.Text() is { } text
        && (argument.Kind == RuleValueKind.Regex ? argument.Regex.IsMatch(text) : Ascii.EqualsIgnoreCase(text, argument.Text));
}
