using System.Globalization;
using System.Text.RegularExpressions;

namespace Perisai.Engine.Tests.Modules;

/// <summary>All that Debian's yara knows of a file, from <c>yara -D</c>.</summary>
internal static partial class YaraDump
{
    public static bool IsInstalled => File.Exists("/usr/bin/yara");

    /// <summary>Defined fields by path, for each module.</summary>
    public static Dictionary<string, SortedDictionary<string, string>> Of(string path, params string[] modules)
    {
        using var folder = new TemporaryDirectory();
        var rules = folder.File("all.yar");
        File.WriteAllText(rules, $"{string.Concat(modules.Select(module => $"import \"{module}\"\n"))}rule any_file {{ condition: true }}\n");
        return Parse(YaraPeer.Run(["-D", "-p", "1", rules, path]));
    }

    /// <summary>
    /// yara 4.2 counts the functions of a library on from those of the library before: number 0 of the second library has the number that follows the
    /// last of the first. Later versions begin each with 0, which is done here.
    /// </summary>
    public static SortedDictionary<string, string> RenumberFunctions(SortedDictionary<string, string> fields)
    {
        var first = new Dictionary<string, int>();
        foreach (var name in fields.Keys)
        {
            if (FunctionPath().Match(name) is { Success: true } match)
            {
                var number = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
                first[match.Groups["library"].Value] = Math.Min(number, first.GetValueOrDefault(match.Groups["library"].Value, int.MaxValue));
            }
        }

        var renumbered = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            var match = FunctionPath().Match(name);
            renumbered[match.Success
                ? $"{match.Groups["library"].Value}[{int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) - first[match.Groups["library"].Value]}]{match.Groups["rest"].Value}"
                : name] = value;
        }

        return renumbered;
    }

    [GeneratedRegex(@"^(?<library>import_details\[\d+\]\.functions)\[(?<number>\d+)\](?<rest>.*)$")]
    private static partial Regex FunctionPath();

    private static Dictionary<string, SortedDictionary<string, string>> Parse(List<string> lines)
    {
        var modules = new Dictionary<string, SortedDictionary<string, string>>();
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var path = new List<string>();
        foreach (var line in lines)
        {
            // The last line names the rule and the file.
            if (line[0] != '\t' && !line.Contains(' ', StringComparison.Ordinal))
                modules[line] = fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
            AddLine(line, path, fields);
        }

        return modules;
    }

    /// <summary>Takes a line of a module's facts. A line that does not begin with a tab begins a module, or ends them all.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="path">Names of the structures around it, kept from line to line.</param>
    /// <param name="fields">Takes the field, if the line has one.</param>
    public static void AddLine(string line, List<string> path, IDictionary<string, string> fields)
    {
        var depth = line.AsSpan().IndexOfAnyExcept('\t');
        if (depth <= 0)
        {
            path.Clear();
            return;
        }

        var text = line.AsSpan(depth);
        var equals = text.IndexOf(" = ", StringComparison.Ordinal);
        var name = equals >= 0 ? text[..equals] : text;
        if (path.Count >= depth)
            path.RemoveRange(depth - 1, path.Count - depth + 1);
        var parent = path.Count > 0 ? path[^1] : "";
        var value = equals >= 0 ? text[(equals + 3)..] : default;
        if (value is "YR_UNDEFINED")
            return;
        path.Add(name.StartsWith('[') || parent.Length == 0 ? string.Concat(parent, name) : string.Concat(parent, ".", name));
        if (equals >= 0)
            fields[path[^1]] = value.ToString();
    }
}
