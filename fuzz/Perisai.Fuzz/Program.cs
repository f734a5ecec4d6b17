using System.Globalization;
using Perisai.Fuzz;

// fuzz TARGET… [--runs N] [--seconds N] [--seed N] [--input FILE]; 'all' is every target, no target lists them.
var names = new List<string>();
var options = new FuzzOptions();
for (var index = 0; index < args.Length; index++)
{
    if (!args[index].StartsWith("--", StringComparison.Ordinal))
    {
        names.Add(args[index]);
        continue;
    }

    var value = index + 1 < args.Length ? args[index + 1] : "";
    var isNumber = long.TryParse(value, CultureInfo.InvariantCulture, out var number);
    switch (args[index++])
    {
        case "--runs" when isNumber: options = options with { Runs = number }; break;
        case "--seconds" when isNumber: options = options with { Seconds = number }; break;
        case "--seed" when isNumber: options = options with { Seed = number }; break;
        case "--input": options = options with { Input = value }; break;
        default:
            Console.Error.WriteLine($"fuzz: {args[index - 1]} {value}: not an option, or not its value. Options: --runs N, --seconds N, --seed N, --input FILE.");
            return 2;
    }
}

var all = FuzzTargets.All;
if (names.Count == 0)
{
    foreach (var target in all)
        Console.WriteLine($"{target.Name}  ({Seeds.Of(target.Name).Count} seeds)");
    return 0;
}

var chosen = names.Contains("all") ? all : [.. all.Where(target => names.Contains(target.Name))];
var unknown = names.Where(name => name != "all" && all.All(target => target.Name != name)).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"fuzz: no such target: {string.Join(", ", unknown)}. Without arguments the targets are listed.");
    return 2;
}

using var run = new FuzzRun(options);
var failed = chosen.Count(target => !run.Run(target));
Console.WriteLine($"{chosen.Count} targets, {failed} failed");
return failed == 0 ? 0 : 1;
