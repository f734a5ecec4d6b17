using System.Globalization;
using System.Text;
using Perisai.Linux;

namespace Perisai.Cli.Reports;

/// <summary>A path as a URI (RFC 8089): every byte that is not plain is written as <c>%FF</c>, so that any name survives.</summary>
internal static class FileUri
{
    public static string Of(string path)
    {
        var uri = new StringBuilder(path.StartsWith('/') ? "file://" : "");
        var bytes = NameEncoding.Encode(path);
        // A colon in the first part of a relative path would be taken for a scheme.
        if (uri.Length == 0 && bytes.AsSpan().IndexOf((byte)':') >= 0)
            uri.Append("./");
        foreach (var value in bytes)
        {
            if (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'/' or (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~' or (byte)':' or (byte)'@')
                uri.Append((char)value);
            else
                uri.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return uri.ToString();
    }
}
