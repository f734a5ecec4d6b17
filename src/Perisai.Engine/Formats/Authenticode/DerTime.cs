using System.Globalization;
using System.Text;

namespace Perisai.Engine.Formats.Authenticode;

/// <summary>Times in certificates and messages: <c>YYMMDDHHMMSSZ</c> (the years from 1950 on) or <c>YYYYMMDDHHMMSSZ</c>.</summary>
internal static class DerTime
{
    private const int FirstYearOfTwoDigits = 50;

    /// <summary>Reads one as seconds since 1970.</summary>
    public static bool TryRead(ref DerReader reader, out long seconds)
    {
        seconds = 0;
        if (!reader.TryRead(out var tag, out var content))
            return false;
        var text = (tag, content.Length) switch
        {
            (DerReader.UtcTime, 13) when char.IsAsciiDigit((char)content[0]) && char.IsAsciiDigit((char)content[1]) =>
                ((content[0] - '0') * 10) + (content[1] - '0') >= FirstYearOfTwoDigits ? "19" : "20",
            (DerReader.GeneralizedTime, 15) => "",
            _ => null,
        };
        if (text is null || !DateTime.TryParseExact(
            text + Encoding.Latin1.GetString(content), "yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return false;
        seconds = new DateTimeOffset(time).ToUnixTimeSeconds();
        return true;
    }
}
