using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules.Pe;

/// <summary>
/// Compares the pe module with Debian's yara, 4.2.3, on real programs, field by field and function by function. Fields that came later have no peer, and
/// three that 4.2.3 counts wrongly are left out; each is named with the reason.
/// </summary>
public partial class PePeerTests
{
    private const int MaximumFiles = 120;

    [Fact]
    public void AllFieldsAreThoseOfYara()
    {
        Assert.SkipUnless(YaraDump.IsInstalled, "yara is not installed.");
        var files = PortableExecutables.Find(MaximumFiles);
        Assert.SkipWhen(files.Count == 0, "there are no programs for Windows on this machine.");
        var module = RuleModules.Find("pe")!;
        var equal = 0;
        foreach (var path in files)
        {
            var theirs = YaraDump.RenumberFunctions(YaraDump.Of(path, "pe")["pe"]);
            using var source = new FileByteSource(path);
            var ours = FactDump.Of(module, new ModuleContext(source, new ScanBudget(ScanLimits.Default)));
            foreach (var name in theirs.Keys.Union(ours.Keys).Where(name => !HasNoPeer().IsMatch(name)))
            {
                Assert.True(
                    theirs.GetValueOrDefault(name) == ours.GetValueOrDefault(name),
                    $"{path}: {name} is {theirs.GetValueOrDefault(name)} in yara and {ours.GetValueOrDefault(name)} here");
                equal++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{files.Count} files, {equal} fields");
    }

    /// <summary>
    /// Names of imports are judged since 4.3, and a certificate table that makes no sense counts as a signature; both are left out.
    /// </summary>
    [Fact]
    public void DamagedProgramsAreReadAsYaraReadsThem()
    {
        const string folder = "/usr/share/clamav-testfiles";
        Assert.SkipUnless(YaraDump.IsInstalled, "yara is not installed.");
        Assert.SkipUnless(Directory.Exists(folder), "clamav-testfiles is not installed.");
        var programs = Directory.GetFiles(folder, "*.exe").Order(StringComparer.Ordinal).Where(path => new FileInfo(path).Length < 300_000).ToList();
        var module = RuleModules.Find("pe")!;
        var random = new Random(11);
        using var temporary = new TemporaryDirectory();
        for (var round = 0; round < 80; round++)
        {
            var bytes = File.ReadAllBytes(programs[round % programs.Count]);
            for (var i = random.Next(1, 9); i > 0; i--)
                bytes[random.Next(random.Next(3) == 0 ? bytes.Length : Math.Min(bytes.Length, 1024))] =
                    random.Next(4) switch { 0 => 0xFF, 1 => 0, 2 => 0x80, _ => (byte)random.Next(256) };
            if (round % 5 == 0)
                bytes = bytes[..random.Next(64, bytes.Length)];
            var path = temporary.File("damaged");
            File.WriteAllBytes(path, bytes);
            var theirs = YaraDump.Of(path, "pe")["pe"];
            var ours = FactDump.Of(module, bytes);
            foreach (var name in theirs.Keys.Union(ours.Keys).Where(name => !HasNoPeer().IsMatch(name)
                && !name.StartsWith("import_details", StringComparison.Ordinal) && !name.Contains("signatures", StringComparison.Ordinal)
                && name != "number_of_imported_functions"))
                Assert.True(
                    theirs.GetValueOrDefault(name) == ours.GetValueOrDefault(name),
                    $"{programs[round % programs.Count]}, round {round}: {name} is {theirs.GetValueOrDefault(name)} in yara and {ours.GetValueOrDefault(name)} here");
        }
    }

    [Fact]
    public void AllFunctionsReturnWhatTheyReturnInYara()
    {
        Assert.SkipUnless(YaraDump.IsInstalled, "yara is not installed.");
        var files = PortableExecutables.Find(MaximumFiles / 2);
        Assert.SkipWhen(files.Count == 0, "there are no programs for Windows on this machine.");
        var module = RuleModules.Find("pe")!;
        foreach (var path in files)
        {
            using var source = new FileByteSource(path);
            var facts = module.Load(new ModuleContext(source, new ScanBudget(ScanLimits.Default)));
            var calls = Calls(module, facts);
            var theirs = AskYara(path, [.. calls.Select(call => call.Expression)]);
            Assert.NotEmpty(theirs);
            for (var i = 0; i < calls.Count; i++)
            {
                var value = calls[i].Call();
                var ours = value.Kind switch
                {
                    RuleValueKind.Undefined => null,
                    RuleValueKind.Text => Encoding.Latin1.GetString(value.Text),
                    _ => value.Integer.ToString(CultureInfo.InvariantCulture),
                };
                Assert.True(theirs.GetValueOrDefault(i) == ours, $"{path}: {calls[i].Expression} is {theirs.GetValueOrDefault(i)} in yara and {ours} here");
            }
        }
    }

    private static List<(string Expression, Func<RuleValue> Call)> Calls(RuleModule module, RuleStruct facts)
    {
        var calls = new List<(string Expression, Func<RuleValue> Call)>();
        void Add(string name, params object[] arguments) => calls.Add((
            $"pe.{name}({string.Join(", ", arguments.Select(argument => argument switch
            {
                string text => $"\"{Escape(text)}\"",
                Regex regex => $"/{regex}/{(regex.Options.HasFlag(RegexOptions.IgnoreCase) ? "i" : "")}",
                _ => Convert.ToString(argument, CultureInfo.InvariantCulture),
            }))})",
            () => ModuleCalls.Call(module.Schema, facts, name, arguments)));

        RuleValue Get(string path) => ModuleCalls.Field(module, facts, path);
        string? Text(string path) => Get(path) is { Kind: RuleValueKind.Text } value ? Encoding.Latin1.GetString(value.Text) : null;
        Add("imphash");
        Add("calculate_checksum");
        Add("is_dll");
        Add("is_32bit");
        Add("is_64bit");
        Add("locale", 0x409);
        Add("locale", 0);
        Add("language", 9);
        Add("language", 7);
        Add("section_index", ".text");
        Add("section_index", ".nothing");
        foreach (var address in new long[] { 0, 64, 512, 1024, 4096, 4097, 8192, 65536, 1 << 20, 1L << 32, -1 })
        {
            Add("section_index", address);
            Add("rva_to_offset", address);
        }

        Add("exports", "DllMain");
        Add("exports", new Regex("e"));
        Add("exports", 1);
        Add("exports_index", 1);
        Add("exports_index", new Regex("[a-f]$"));
        for (var i = 0; i < Math.Min(Get("export_details").Array.Count, 3); i++)
        {
            Add("exports", Get($"export_details[{i}].ordinal").Integer);
            Add("exports_index", Get($"export_details[{i}].ordinal").Integer);
            if (Text($"export_details[{i}].name") is { } name)
            {
                Add("exports", name.ToUpperInvariant());
                Add("exports_index", name);
            }
        }

        Add("imports", "kernel32.dll");
        Add("imports", "kernel32.dll", "EXITPROCESS");
        Add("imports", new Regex("^k", RegexOptions.IgnoreCase), new Regex("Process"));
        foreach (var flags in new[] { 1, 2, 3, 0, -1 })
        {
            Add("imports", flags, "kernel32.dll");
            Add("imports", flags, "msi.dll");
            Add("imports", flags, "msi.dll", 264);
            Add("imports", flags, "kernel32.dll", "ExitProcess");
            Add("imports", flags, new Regex(".l"), new Regex(".e"));
        }

        for (var i = 0; i < Math.Min(Get("import_details").Array.Count, 4); i++)
        {
            var library = Text($"import_details[{i}].library_name")!;
            Add("imports", library.ToLowerInvariant());
            Add("imports", library, 17);
            Add("imports", library, Text($"import_details[{i}].functions[0].name")!);
        }

        return calls;
    }

    /// <summary>The values by the number of their expression; none for those that are undefined.</summary>
    private static Dictionary<int, string> AskYara(string path, IReadOnlyList<string> expressions)
    {
        using var folder = new TemporaryDirectory();
        var rules = folder.File("calls.yar");
        var condition = string.Join(" and\n", expressions.Select((expression, i) => $"(console.log(\"#{i}=\", {expression}) or true)"));
        File.WriteAllText(rules, $"import \"pe\"\nimport \"console\"\nrule calls {{ condition:\n{condition} }}\n", Encoding.Latin1);
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/yara", [rules, path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.DoesNotContain("error:", errors.Result, StringComparison.Ordinal);
        return output.Split('\n').Where(line => line.StartsWith('#')).ToDictionary(
            line => int.Parse(line[1..line.IndexOf('=')], CultureInfo.InvariantCulture), line => line[(line.IndexOf('=') + 1)..]);
    }

    private static string Escape(string text) => string.Concat(text.Select(letter =>
        letter is >= ' ' and <= '~' and not '"' and not '\\' ? letter.ToString() : $"\\x{(int)letter:x2}"));

    /// <summary>
    /// Addresses of imports and exports, the versions of the rich signature and most of signatures are new since 4.3; delayed imports have another name there
    /// and are compared through their function. 4.2 counts functions of a library wrongly, and counts libraries without functions, which later
    /// versions do not.
    /// </summary>
    [GeneratedRegex(
        @"^(import_details.*rva|import_details\[\d+\]\.number_of_functions|number_of_imports|delayed_import_details.*|rich_signature\.version_data"
        + @"|export_details.*rva|is_signed|signatures\[\d+\]\.(certificates|signer_info|counter|verified|digest|file_digest|number_of).*)$")]
    private static partial Regex HasNoPeer();
}
