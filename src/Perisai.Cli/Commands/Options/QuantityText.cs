using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Perisai.Cli.Commands.Options;

/// <summary>Sizes and times as people write them: <c>100M</c>, <c>4G</c>, <c>90s</c>, <c>2m</c>.</summary>
internal static class QuantityText
{
    /// <summary>A number of bytes; K, M, G, T are powers of 1024, with or without B or iB after them.</summary>
    public static bool TryParseSize(string text, out long bytes)
    {
        bytes = 0;
        var unit = text.Trim().TrimEnd('b', 'B').TrimEnd('i');
        var shift = unit.Length == 0 ? -1 : char.ToUpperInvariant(unit[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, 'T' => 40, _ => 0 };
        if (shift > 0)
            unit = unit[..^1];
        if (shift < 0 || !decimal.TryParse(unit, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        if (number > (decimal)long.MaxValue / (1L << shift))
            return false;
        bytes = (long)(number * (1L << shift));
        return true;
    }

    /// <summary>A time in seconds, or with ms, s, m or h after it.</summary>
    public static bool TryParseTime(string text, out TimeSpan time)
    {
        time = default;
        var (unit, seconds) = text.Trim().ToLowerInvariant() switch
        {
            var ms when ms.EndsWith("ms", StringComparison.Ordinal) => (ms[..^2], 0.001),
            var s when s.EndsWith('s') => (s[..^1], 1.0),
            var m when m.EndsWith('m') => (m[..^1], 60.0),
            var h when h.EndsWith('h') => (h[..^1], 3600.0),
            var plain => (plain, 1.0),
        };
        if (!double.TryParse(unit, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number * seconds > 1e9)
            return false;
        time = TimeSpan.FromSeconds(number * seconds);
        return true;
    }

    public static Option<long?> SizeOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = result => Parse<long>(
            result, TryParseSize, "is not a size. Write a number of bytes, or one with K, M, G or T, such as 100M."),
    };

    public static Option<TimeSpan?> TimeOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result => Parse<TimeSpan>(
            result, TryParseTime, "is not a time. Write a number of seconds, or one with ms, s, m or h, such as 90s."),
    };

    public static Option<int?> NumberOption(string name, string description, int minimum, int maximum) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse<int>(
            result,
            (string text, out int number) =>
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= minimum && number <= maximum,
            $"is not a number from {minimum} to {maximum}."),
    };

    private delegate bool TryParse<T>(string text, out T value);

    private static T? Parse<T>(ArgumentResult result, TryParse<T> parse, string wrong)
        where T : struct
    {
        var text = result.Tokens[0].Value;
        if (parse(text, out var value))
            return value;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name}: '{text}' {wrong}");
        return null;
    }
}
