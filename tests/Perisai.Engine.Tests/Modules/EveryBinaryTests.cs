using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules;

/// <summary>
/// Every program and library of this machine, read by Debian's yara (4.2.3) and here: all facts of <c>pe elf macho dotnet dex</c>, and what functions of <c>pe</c>,
/// <c>math</c> and <c>hash</c> return, compared value by value. What is left
/// out is named, with its condition, in <see cref="KnownDifferences"/>.
/// </summary>
public sealed class EveryBinaryTests(ITestOutputHelper output)
{
    /// <summary>Processes of yara, and threads here beside them.</summary>
    private const int Shards = 2;

    /// <summary>Files of which constants, 700 a file, are compared too. They do not begin with a small letter, as all facts do.</summary>
    private const int FilesWithConstants = 20;

    private static readonly string[] _modules = ["pe", "elf", "macho", "dotnet", "dex"];

    /// <summary>Functions, over the whole file up to a length, so that a gigabyte of programs takes seconds.</summary>
    private static readonly string[] _calls =
    [
        "pe.imphash()", "pe.calculate_checksum()", "pe.is_dll()", "pe.is_32bit()", "pe.is_64bit()", "pe.locale(0x0409)", "pe.language(0x09)",
        "pe.section_index(\".text\")", "pe.section_index(pe.entry_point)", "pe.rva_to_offset(pe.entry_point_raw)", "pe.rva_to_offset(4096)",
        "pe.exports(\"DllMain\")", "pe.exports(/^[A-M]/)", "pe.exports_index(/e/)", "pe.imports(\"KERNEL32.dll\")", "pe.imports(/./, /e/)",
        "pe.imports(pe.IMPORT_DELAYED, /./, /./)", "pe.imports(\"mscoree.dll\", \"_CorDllMain\")", "pe.rich_signature.version(1)",
        "math.entropy(0, 65536)", "math.mean(0, 65536)", "math.deviation(0, 65536, math.MEAN_BYTES)",
        "math.monte_carlo_pi(0, 65536)", "math.mode(0, 65536)", "math.count(0, filesize - 4096, 4096)", "math.percentage(0x41, 0, 65536)",
        "math.entropy(filesize - 4096, 4096)", "hash.md5(0, 65536)", "hash.sha1(filesize - 4096, 4096)", "hash.sha256(0, 65536)",
        "hash.crc32(0, 65536)", "hash.checksum32(0, 65536)",
    ];

    private static string Rules => string.Concat(((string[])[.. _modules, "math", "hash", "console"]).Select(module => $"import \"{module}\"\n"))
        + string.Concat(_calls.Select((call, i) => $"private rule r{i} {{ condition: console.log(\"#{i} \", {call}) }}\n")) + "rule any_file { condition: true }\n";

    [Fact]
    public async Task All_facts_of_every_binary_are_those_of_yara()
    {
        Assert.SkipUnless(YaraDump.IsInstalled, "yara is not installed.");
        var files = Binaries().Order(StringComparer.Ordinal).ToList();
        Assert.SkipWhen(files.Count == 0, "there are no programs on this machine.");
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("rules"), Rules);
        var shards = await Task.WhenAll(Enumerable.Range(0, Shards).Select(shard => Task.Run(() =>
            new Shard(directory.File("rules"), [.. files.Where((_, i) => i % Shards == shard)]).Compare(directory.File($"list{shard}")))));
        output.WriteLine($"{files.Count} files, {shards.Sum(shard => shard.Facts)} facts and {shards.Sum(shard => shard.Calls)} calls");
        foreach (var known in shards.SelectMany(shard => shard.Known).GroupBy(pair => pair.Key))
            output.WriteLine($"left out: {known.Key}: {known.Sum(pair => pair.Value)}");
        var wrong = shards.SelectMany(shard => shard.Wrong).ToList();
        Assert.True(wrong.Count == 0, $"{wrong.Count} differences\n{string.Join('\n', wrong.Take(60))}");
        Assert.Equal(files.Count, shards.Sum(shard => shard.Files));
    }

    /// <summary>What begins as a program in the folders of programs, in those of .NET and among ClamAV's test files; what a package links to lies in another.</summary>
    private static IEnumerable<string> Binaries()
    {
        var dotnet = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));
        string[] folders = ["/usr/bin", "/usr/sbin", "/usr/lib", "/usr/libexec", "/usr/share/clamav-testfiles", "/usr/share/python-wheels", dotnet];
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*", options)).Distinct().Where(IsBinary);
    }

    private static bool IsBinary(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var start = new byte[4];
            return stream.Length is > 64 and < 256 << 20 && stream.Read(start, 0, 4) == 4 && !path.Contains('\n', StringComparison.Ordinal)
                && (start is [(byte)'M', (byte)'Z', ..] or [0x7F, (byte)'E', (byte)'L', (byte)'F'] or [(byte)'d', (byte)'e', (byte)'x', _]
                    || BinaryPrimitives.ReadUInt32LittleEndian(start) is 0xFEEDFACE or 0xFEEDFACF or 0xCEFAEDFE or 0xCFFAEDFE or 0xBEBAFECA or 0xBFBAFECA);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A part of the files, in one process of yara, and read here as its lines come.</summary>
    private sealed class Shard(string rules, List<string> files)
    {
        private readonly List<string> _printed = [];

        public int Files { get; private set; }

        public long Facts { get; private set; }

        public long Calls { get; private set; }

        public List<string> Wrong { get; } = [];

        public Dictionary<string, int> Known { get; } = [];

        public Shard Compare(string list)
        {
            File.WriteAllLines(list, files);
            var start = new ProcessStartInfo("/usr/bin/yara", ["-D", "-w", "-p", "1", "--scan-list", rules, list])
            {
                RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.Latin1,
            };
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var builder = new DefinitionBuilder();
            builder.AddRules(rules, "default");
            using var definitions = builder.BuildTemporary(out var report);
            Assert.DoesNotContain(report.Diagnostics, diagnostic => diagnostic.IsError);
            using var scanner = new Scanner(definitions, new() { AllMatches = true, OpenContainers = false, RuleOutput = _printed.Add });
            var theirs = _modules.ToDictionary(module => module, _ => new Dictionary<string, string>());
            var theirPrinted = new List<string>();
            var path = new List<string>();
            var fields = theirs["pe"];
            while (process.StandardOutput.ReadLine() is { } line)
            {
                if (line.StartsWith('\t'))
                {
                    if (!char.IsAsciiLetterUpper(line[1]) || Files < FilesWithConstants)
                        YaraDump.AddLine(line, path, fields);
                }
                else if (line.StartsWith('#'))
                {
                    theirPrinted.Add(line);
                }
                else if (!line.Contains(' ', StringComparison.Ordinal))
                {
                    // Of math, hash and console there are only constants.
                    fields = theirs.GetValueOrDefault(line, []);
                    path.Clear();
                }
                else if (line.StartsWith("any_file ", StringComparison.Ordinal))
                {
                    CompareFile(files[Files++], scanner, theirs, theirPrinted);
                    foreach (var one in theirs.Values)
                        one.Clear();
                    theirPrinted.Clear();
                }
            }

            process.WaitForExit();
            Assert.Equal("", error.Result);
            return this;
        }

        private void CompareFile(string path, Scanner scanner, Dictionary<string, Dictionary<string, string>> theirs, List<string> theirPrinted)
        {
            using var source = new MemoryByteSource(File.ReadAllBytes(path));
            foreach (var name in _modules)
            {
                var ours = OursOf(name, source);
                var known = new KnownDifferences(name, ours, source);
                IDictionary<string, string> their = name == "pe" && theirs[name].ContainsKey("number_of_imports")
                    ? YaraDump.RenumberFunctions(new(theirs[name], StringComparer.Ordinal)) : theirs[name];
                Facts += their.Count;
                foreach (var (field, value) in their)
                {
                    if (ours.GetValueOrDefault(field) is var our && our != value)
                        Differ(path, name, known, field, value, our);
                }

                foreach (var (field, value) in ours)
                {
                    if (!their.ContainsKey(field))
                        Differ(path, name, known, field, null, value);
                }
            }

            _printed.Clear();
            scanner.Scan(source, "file");
            Calls += theirPrinted.Count;
            if (!theirPrinted.SequenceEqual(_printed))
                Wrong.AddRange(theirPrinted.Except(_printed).Select(line => $"{path}: {CallOf(line)}: yara {line}")
                    .Concat(_printed.Except(theirPrinted).Select(line => $"{path}: {CallOf(line)}: here {line}")));
        }

        private static string CallOf(string line) => _calls[int.Parse(line.AsSpan(1, line.IndexOf(' ', StringComparison.Ordinal) - 1), CultureInfo.InvariantCulture)];

        private Dictionary<string, string> OursOf(string name, ByteSource source)
        {
            var module = RuleModules.Find(name)!;
            var facts = module.Load(new ModuleContext(source, new ScanBudget(ScanLimits.Default)));
            var ours = new Dictionary<string, string>();
            for (var i = 0; i < module.Schema.Fields.Length; i++)
            {
                // Classes came with 4.3; there are millions of their fields.
                if (module.Schema.Fields[i] is var (field, type) && field != "classes"
                    && (!char.IsAsciiLetterUpper(field[0]) || Files <= FilesWithConstants))
                    FactDump.Write(ours, field, type, facts.Get(i), int.MaxValue);
            }

            return ours;
        }

        private void Differ(string path, string module, KnownDifferences known, string field, string? their, string? our)
        {
            if (known.ReasonFor(field, their, our) is { } reason)
                Known[reason] = Known.GetValueOrDefault(reason) + 1;
            else
                Wrong.Add($"{path}: {module}.{field}: yara {their ?? "-"}, here {our ?? "-"}");
        }
    }
}
