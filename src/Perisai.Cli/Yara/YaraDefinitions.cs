using System.Collections.Immutable;
using System.Globalization;
using Perisai.Cli.Commands;
using Perisai.Engine;

namespace Perisai.Cli.Yara;

/// <summary>External variables from <c>-d</c>, and files for modules from <c>-x</c>.</summary>
internal static class YaraDefinitions
{
    /// <summary>Variables: the look of a value tells its type.</summary>
    /// <exception cref="UsageException">One is not of the form VAR=VALUE, or is given twice.</exception>
    public static ImmutableDictionary<string, object> Variables(YaraArguments arguments)
    {
        var variables = ImmutableDictionary.CreateBuilder<string, object>(StringComparer.Ordinal);
        foreach (var text in arguments.Texts("define"))
        {
            var (name, value) = Split(text, "-d");
            if (!variables.TryAdd(name, ValueOf(value)))
                throw new UsageException($"error: external variable \"{name}\" is defined twice.");
        }

        return variables.ToImmutable();
    }

    /// <summary>The content of files, by module.</summary>
    /// <exception cref="UsageException">One is not of the form MODULE=FILE, or cannot be read.</exception>
    public static ImmutableDictionary<string, ReadOnlyMemory<byte>> ModuleData(YaraArguments arguments)
    {
        var data = ImmutableDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var text in arguments.Texts("module-data"))
        {
            var (name, file) = Split(text, "-x");
            try
            {
                data[name] = File.ReadAllBytes(file);
                if (ScanOptions.FindModuleDataError(name, data[name]) is { } wrong)
                    throw new UsageException($"error: \"{file}\" is no data for the module {name}: {wrong}");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new UsageException($"error: could not open file \"{file}\".");
            }
        }

        return data.ToImmutable();
    }

    /// <summary>An integer, a float, a truth value, or a text.</summary>
    public static object ValueOf(string text)
    {
        var digits = text is ['-', ..] ? text[1..] : text;
        if (digits.Length > 0 && digits.All(char.IsAsciiDigit))
        {
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
                ? integer
                : text[0] == '-' ? long.MinValue : long.MaxValue;
        }

        if (digits is [>= '0' and <= '9', ..] && digits.All(character => char.IsAsciiDigit(character) || character == '.') && digits.Count(character => character == '.') == 1)
            return double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return text switch { "true" => true, "false" => false, _ => text };
    }

    private static (string Name, string Value) Split(string text, string option)
    {
        var equals = text.IndexOf('=');
        return equals >= 0 ? (text[..equals], text[(equals + 1)..]) : throw new UsageException($"error: wrong syntax for `{option}` option.");
    }
}
