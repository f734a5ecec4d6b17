using System.Globalization;
using Perisai.Cli.Commands;

namespace Perisai.Cli.ClamScan;

/// <summary>
/// Arguments parsed as clamscan parses them (getopt_long): options anywhere before <c>--</c>, unambiguous beginnings of long names, letters in
/// one word, values after <c>=</c> or as the next word.
/// </summary>
internal sealed class ClamScanArguments
{
    private readonly Dictionary<string, List<string>> _values = [];

    private ClamScanArguments()
    {
    }

    /// <summary>What is no option.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>Options that were given though they change nothing.</summary>
    public List<ClamScanOption> WithoutEffect { get; } = [];

    /// <exception cref="UsageException">An argument is wrong, or asks for what cannot be had.</exception>
    public static ClamScanArguments Parse(IReadOnlyList<string> arguments)
    {
        var parsed = new ClamScanArguments();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                parsed.Paths.AddRange(arguments.Skip(i + 1));
                break;
            }

            if (argument.StartsWith("--", StringComparison.Ordinal))
                parsed.AddLong(argument, arguments, ref i);
            else if (argument is ['-', _, ..])
                parsed.AddLetters(argument, arguments, ref i);
            else
                parsed.Paths.Add(argument);
        }

        return parsed;
    }

    public bool Switch(string name) =>
        _values.TryGetValue(name, out var values) ? values[^1] == "yes" : OptionOf(name).Default;

    public IReadOnlyList<string> Texts(string name) => _values.GetValueOrDefault(name, []);

    public string? Text(string name) => Texts(name).LastOrDefault();

    public long Number(string name, long otherwise) =>
        Text(name) is { } text ? ParseNumber(OptionOf(name).Kind, text) ?? throw WrongValue(OptionOf(name)) : otherwise;

    private static ClamScanOption OptionOf(string name) => ClamScanOptions.All.Single(option => option.Name == name);

    private void AddLong(string argument, IReadOnlyList<string> arguments, ref int index)
    {
        var equals = argument.IndexOf('=');
        var name = equals < 0 ? argument[2..] : argument[2..equals];
        var found = ClamScanOptions.All.Where(option => option.Name.StartsWith(name, StringComparison.Ordinal)).ToList();
        if (found.Find(option => option.Name == name) is { } exact)
            found = [exact];
        if (name.Length == 0 || found.Count == 0)
            throw new UsageException($"Unknown option: --{name}");
        if (found.Count > 1)
            throw new UsageException($"The option --{name} is ambiguous: {string.Join(", ", found.Select(option => "--" + option.Name))}");
        Add(found[0], equals < 0 ? null : argument[(equals + 1)..], arguments, ref index);
    }

    private void AddLetters(string argument, IReadOnlyList<string> arguments, ref int index)
    {
        for (var i = 1; i < argument.Length; i++)
        {
            var letter = argument[i];
            var option = ClamScanOptions.All.FirstOrDefault(option => option.Letter == letter)
                ?? throw new UsageException($"Unknown option: -{letter}");
            if (option.Kind == OptionKind.Switch)
            {
                Add(option, null, arguments, ref index);
                continue;
            }

            Add(option, i + 1 < argument.Length ? argument[(i + 1)..] : null, arguments, ref index);
            return;
        }
    }

    private void Add(ClamScanOption option, string? value, IReadOnlyList<string> arguments, ref int index)
    {
        if (option.Kind == OptionKind.Switch)
            value = value?.ToLowerInvariant() switch { null or "yes" or "true" or "1" => "yes", "no" or "false" or "0" => "no", _ => throw WrongValue(option) };
        else if (value is null && index + 1 < arguments.Count)
            value = arguments[++index];
        if (value is null || (option.Kind is OptionKind.Number or OptionKind.Size && ParseNumber(option.Kind, value) is null))
            throw WrongValue(option);
        if (option.Use == OptionUse.Refused && value is not ("no" or "none"))
            throw new UsageException($"The option --{option.Name} cannot be followed: {option.Text}. Leave it out to scan without it.");
        if (option.Use == OptionUse.WithoutEffect)
            WithoutEffect.Add(option);
        if (!_values.TryGetValue(option.Name, out var values))
            _values[option.Name] = values = [];
        values.Add(value);
    }

    private static long? ParseNumber(OptionKind kind, string text)
    {
        var shift = kind == OptionKind.Size && text.Length > 1 ? char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 } : 0;
        var digits = shift > 0 ? text[..^1] : text;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue >> shift
            ? number << shift
            : null;
    }

    private static UsageException WrongValue(ClamScanOption option) =>
        new($"Incorrect argument format for option --{option.Name}{(option.Letter == '\0' ? "" : $" (-{option.Letter})")}");
}
