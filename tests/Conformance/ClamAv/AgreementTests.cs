using System.Diagnostics;
using Perisai.Engine;

namespace Perisai.Conformance.ClamAv;

/// <summary>
/// Debian's clamscan and this engine over generated databases and files: every kind of signature, for every target, in every container. Whatever one
/// names and the other does not fails, unless docs/clamav.md gives the reason.
/// </summary>
public sealed class AgreementTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perisai-agreement-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_names_in_every_combination() => Compare(SampleContainers.Commands, hasLists: false);

    [Fact]
    public void The_same_names_where_lists_allow_objects_and_ignore_signatures() =>
        Compare(SampleContainers.Commands.Where(pair => pair.Key is "plain" or "zip" or "tgz" or "zip-in-tgz"), hasLists: true);

    private void Compare(IEnumerable<KeyValuePair<string, string>> containers, bool hasLists)
    {
        if (!SampleObjects.Exist || !Exists("clamscan"))
            Assert.Skip("clamscan or its test files are not installed (Debian packages clamav, clamav-testfiles).");
        var signatures = new SampleSignatures();
        var files = Directory.CreateDirectory(Path.Combine(_folder, "files")).FullName;
        var database = Directory.CreateDirectory(Path.Combine(_folder, "database")).FullName;
        var samples = SampleObjects.Make();
        foreach (var sample in samples)
        {
            signatures.AddFor(sample);
            Pack(sample, containers, files);
        }

        if (hasLists)
            signatures.Allow(samples);
        signatures.Write(database);
        var theirs = Theirs(database, files);
        var ours = Ours(database, files);
        var differences = theirs.Keys.Order(StringComparer.Ordinal).SelectMany(file =>
            Differences(file, theirs[file].Except(ours[file]), isTheirs: true).Concat(Differences(file, ours[file].Except(theirs[file]), isTheirs: false))).ToList();
        var found = theirs.Sum(pair => pair.Value.Count);
        if (Environment.GetEnvironmentVariable("PERISAI_AGREEMENT_REPORT") is { Length: > 0 } report)
        {
            File.WriteAllLines(
                $"{report}{(hasLists ? ".lists" : "")}",
                [$"{signatures.Lines.Count} signatures, {theirs.Count} files, {found} found by clamscan, {ours.Sum(pair => pair.Value.Count)} by perisai", .. differences]);
        }

        Assert.InRange(signatures.Lines.Count * theirs.Count, 10_000, int.MaxValue);
        Assert.InRange(found, hasLists ? 5_000 : 10_000, int.MaxValue);
        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n{string.Join('\n', differences.Take(40))}");

        IEnumerable<string> Differences(string file, IEnumerable<string> names, bool isTheirs) => names
            .Select(name => signatures.Lines.GetValueOrDefault(name, name))
            .Where(line => KnownDifferences.ReasonOf(line, file, isTheirs) is null)
            .Select(line => $"{file}: only {(isTheirs ? "clamscan" : "perisai")}: {line}");
    }

    private static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private void Pack(SampleObject sample, IEnumerable<KeyValuePair<string, string>> containers, string files)
    {
        foreach (var (name, command) in containers)
        {
            var work = Directory.CreateDirectory(Path.Combine(_folder, "work")).FullName;
            File.WriteAllBytes(Path.Combine(work, "object"), sample.Content);
            var run = Run("sh", work, "-c", command);
            if (run.ExitCode is 0 && File.Exists(Path.Combine(work, "packed")))
                File.Move(Path.Combine(work, "packed"), Path.Combine(files, $"{sample.Name}.{name}"));
            Directory.Delete(work, recursive: true);
        }
    }

    private Dictionary<string, HashSet<string>> Theirs(string database, string files)
    {
        var run = Run("clamscan", _folder, "-z", "--no-summary", "--infected", "-d", database, files);
        Assert.True(run.ExitCode == 1, $"{run.ExitCode} {run.Errors}");
        return Group(files, run.Output.Split('\n').Where(line => line.EndsWith(" FOUND", StringComparison.Ordinal)).Select(line =>
        {
            var at = line.LastIndexOf(": ", StringComparison.Ordinal);
            return (Path.GetFileName(line[..at]), line[(at + 2)..^6].Replace(".UNOFFICIAL", "", StringComparison.Ordinal));
        }));
    }

    private static Dictionary<string, HashSet<string>> Ours(string database, string files)
    {
        var builder = new DefinitionBuilder();
        builder.Add(database);
        using var definitions = builder.BuildTemporary(out var report);
        Assert.DoesNotContain(report.Diagnostics, found => found.IsError);
        using var scanner = new Scanner(definitions, new ScanOptions { AllMatches = true });
        var found = new List<(string, string)>();
        foreach (var file in Directory.EnumerateFiles(files))
        {
            using var source = new MemoryByteSource(File.ReadAllBytes(file));
            found.AddRange(scanner.Scan(source, "file").Findings.OfType<Detection>().Select(one => (Path.GetFileName(file), one.Name)));
        }

        return Group(files, found);
    }

    private static Dictionary<string, HashSet<string>> Group(string files, IEnumerable<(string File, string Name)> found)
    {
        var all = Directory.EnumerateFiles(files).ToDictionary(file => Path.GetFileName(file), _ => new HashSet<string>());
        foreach (var (file, name) in found)
            all[file].Add(name);
        return all;
    }

    private static (int ExitCode, string Output, string Errors) Run(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
