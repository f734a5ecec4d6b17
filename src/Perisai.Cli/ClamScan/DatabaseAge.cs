using System.Globalization;
using System.Text;

namespace Perisai.Cli.ClamScan;

/// <summary>
/// When a cvd or cld file was made: its first 512 bytes are text, <c>ClamAV-VDB:24 Nov 2026 07-11 +0000:version:…:seconds</c>
/// (https://docs.clamav.net/manual/Signatures.html); the ninth field holds seconds since 1970.
/// </summary>
internal static class DatabaseAge
{
    private const int HeaderLength = 512;
    private const int SecondsField = 8;

    /// <summary>The first file that is older than so many days, or does not say; null where none is.</summary>
    public static string? FirstOlder(IEnumerable<string> paths, long days) =>
        paths.FirstOrDefault(path => !(DateTimeOffset.UtcNow - CreatedAt(path) <= TimeSpan.FromDays(Math.Min(days, 100_000))));

    private static DateTimeOffset? CreatedAt(string path)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        using var file = File.OpenHandle(path);
        var length = RandomAccess.Read(file, header, 0);
        var fields = Encoding.Latin1.GetString(header[..length]).TrimEnd(' ', '\0', '\n').Split(':');
        if (fields[0] != "ClamAV-VDB" || fields.Length <= SecondsField)
            return null;
        return long.TryParse(fields[SecondsField], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 1L << 36
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
    }
}
