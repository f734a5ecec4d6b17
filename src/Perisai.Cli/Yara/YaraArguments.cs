using System.Globalization;
using Perisai.Cli.Commands;

namespace Perisai.Cli.Yara;

/// <summary>
/// Arguments parsed as yara parses them: options anywhere, letters in one word, the value of a letter as the next word, that of a long name behind =.
/// </summary>
internal sealed class YaraArguments
{
    private readonly Dictionary<string, List<string>> _values = [];

    private YaraArguments()
    {
    }

    /// <summary>What is no option.</summary>
    public List<string> Paths { get; } = [];

    /// <exception cref="UsageException">An argument is wrong; the message is yara's.</exception>
    public static YaraArguments Parse(IReadOnlyList<string> arguments, IReadOnlyList<YaraOption> options)
    {
        var parsed = new YaraArguments();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                parsed.Paths.AddRange(arguments.Skip(i + 1));
                break;
            }

            if (argument.StartsWith("--", StringComparison.Ordinal))
                parsed.AddLong(argument, options);
            else if (argument is ['-', _, ..])
                parsed.AddLetters(argument, options, i + 1 < arguments.Count ? arguments[i + 1] : null, ref i);
            else
                parsed.Paths.Add(argument);
        }

        return parsed;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public IReadOnlyList<string> Texts(string name) => _values.GetValueOrDefault(name, []);

    public long Number(string name, long otherwise) => _values.TryGetValue(name, out var values) ? ParseInteger(values[^1])!.Value : otherwise;

    private void AddLong(string argument, IReadOnlyList<YaraOption> options)
    {
        var equals = argument.IndexOf('=');
        var name = equals < 0 ? argument[2..] : argument[2..equals];
        var option = options.FirstOrDefault(option => option.Name == name) ?? throw new UsageException($"unknown option `{argument}`");
        Add(option, argument, equals < 0 ? null : argument[(equals + 1)..]);
    }

    private void AddLetters(string argument, IReadOnlyList<YaraOption> options, string? next, ref int index)
    {
        for (var i = 1; i < argument.Length; i++)
        {
            var letter = argument[i];
            var option = options.FirstOrDefault(option => option.Letter == letter) ?? throw new UsageException($"unknown option `{argument}`");
            if (option.Value == YaraValue.None)
            {
                Add(option, argument, null);
                continue;
            }

            Add(option, argument, i + 1 == argument.Length ? next : null);
            index++;
            return;
        }
    }

    private void Add(YaraOption option, string argument, string? value)
    {
        if (option.Value == YaraValue.Text && value is null)
            throw new UsageException($"option `{argument}` requires a string argument");
        if (option.Value == YaraValue.Integer && (value is null || ParseInteger(value) is null))
            throw new UsageException($"option `{argument}` requires an integer argument");
        if (!_values.TryGetValue(option.Name, out var values))
            _values[option.Name] = values = [];
        values.Add(value ?? "");
    }

    /// <summary>A number as C reads it: 0x hexadecimal, 0 octal. What is too large is the largest.</summary>
    private static long? ParseInteger(string text)
    {
        var digits = text.TrimStart(' ', '\t');
        var isNegative = digits is ['-', ..];
        if (digits is ['-' or '+', ..])
            digits = digits[1..];
        var numberBase = digits is ['0', 'x' or 'X', _, ..] ? 16 : digits is ['0', ..] ? 8 : 10;
        if (numberBase == 16)
            digits = digits[2..];
        if (digits.Length == 0)
            return null;
        UInt128 value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit) || int.Parse(digit.ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var number && number >= numberBase)
                return null;
            value = UInt128.Min((value * (uint)numberBase) + (uint)number, long.MaxValue);
        }

        return isNegative ? -(long)value : (long)value;
    }
}
