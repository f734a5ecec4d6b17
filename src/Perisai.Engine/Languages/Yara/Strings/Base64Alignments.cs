using System.Text;

namespace Perisai.Engine.Languages.Yara.Strings;

/// <summary>
/// What a text looks like inside something that was encoded in base64: one of three forms, by the place modulo three at which it begins. Characters that
/// depend on what stands beside are cut off.
/// </summary>
internal static class Base64Alignments
{
    private const string Standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// <summary>The forms that have characters of their own; of a text of one byte one has none.</summary>
    public static IEnumerable<string> Of(byte[] text, string? alphabet)
    {
        for (var before = 0; before < 3; before++)
        {
            var encoded = Convert.ToBase64String([.. new byte[before], .. text]);
            var padding = encoded.Length - encoded.TrimEnd('=').Length;
            var first = before == 0 ? 0 : before + 1;
            var last = encoded.Length - (padding == 0 ? 0 : padding + 1);
            if (last > first)
                yield return Translate(encoded[first..last], alphabet ?? Standard);
        }
    }

    private static string Translate(string encoded, string alphabet)
    {
        var result = new StringBuilder(encoded.Length);
        foreach (var c in encoded)
            result.Append(alphabet[Standard.IndexOf(c, StringComparison.Ordinal)]);
        return result.ToString();
    }
}
