using System.Diagnostics;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>
/// Runs the installed clamscan and the engine on the same databases and files, and tells where they differ. Signatures and files are many
/// in one run, for clamscan starts slowly.
/// </summary>
internal sealed class ClamScan : IDisposable
{
    /// <summary>clamscan does not look at shorter files.</summary>
    public const int ShortestFile = 6;

    private const string Suffix = ".UNOFFICIAL FOUND";

    private readonly TemporaryDirectory _directory = new();
    private readonly List<(string Name, byte[] Bytes)> _files = [];
    private readonly Dictionary<string, List<string>> _lines = [];

    public ClamScan()
    {
        Directory.CreateDirectory(_directory.File("db"));
        Directory.CreateDirectory(_directory.File("files"));
    }

    /// <summary>Whether the engine opens containers, as clamscan does.</summary>
    public bool OpenContainers { get; init; }

    public int SignatureCount => _lines.Values.Sum(lines => lines.Count);

    public int FileCount => _files.Count;

    public static bool IsInstalled { get; } = Find();

    public static void SkipWithoutIt() => Assert.SkipUnless(IsInstalled, "clamscan is not installed");

    /// <summary>Adds a line to the database of a kind; its name must be its own.</summary>
    public void AddSignature(string extension, string line)
    {
        if (!_lines.TryGetValue(extension, out var lines))
            _lines.Add(extension, lines = []);
        lines.Add(line);
    }

    /// <summary>Adds a file under a number; the result is its name.</summary>
    public string AddFile(ReadOnlySpan<byte> bytes, string name = "")
    {
        name = name.Length > 0 ? name : $"f{_files.Count:D5}";
        _files.Add((name, bytes.ToArray()));
        File.WriteAllBytes(_directory.File($"files/{name}"), bytes);
        return name;
    }

    /// <summary>Scans with both and gives what each found, as file and signature.</summary>
    public (SortedSet<string> Theirs, SortedSet<string> Ours) Run()
    {
        foreach (var (extension, lines) in _lines)
            File.WriteAllText(_directory.File($"db/test.{extension}"), string.Join('\n', lines) + "\n", System.Text.Encoding.Latin1);
        return (RunClamScan(), RunEngine());
    }

    /// <summary>Scans with both; the result lists the first differences and is empty where there are none.</summary>
    public string Compare()
    {
        var (theirs, ours) = Run();
        Matches = theirs.Count;
        var missed = theirs.Except(ours).Take(40).Select(pair => $"clamscan alone: {Describe(pair)}");
        var extra = ours.Except(theirs).Take(40).Select(pair => $"engine alone: {Describe(pair)}");
        return string.Join('\n', missed.Concat(extra));
    }

    /// <summary>Fails where the two differ, or where fewer pairs of file and signature matched than show that the test can tell.</summary>
    public static void AssertAgrees(ClamScan scan, int atLeast)
    {
        if (scan.Compare() is { Length: > 0 } differences)
            Assert.Fail(differences);
        Assert.True(scan.Matches >= atLeast, $"{scan.Matches} matches");
        TestContext.Current.TestOutputHelper?.WriteLine($"{scan.SignatureCount} signatures x {scan.FileCount} files: {scan.Matches} matches, no difference");
    }

    /// <summary>Pairs of file and signature that clamscan reported in <see cref="Compare"/>.</summary>
    public int Matches { get; private set; }

    /// <summary>Whether clamscan loads a database of one line.</summary>
    public static bool Loads(string extension, string line)
    {
        using var directory = new TemporaryDirectory();
        var database = directory.File($"test.{extension}");
        File.WriteAllText(database, line + "\n", System.Text.Encoding.Latin1);
        File.WriteAllText(directory.File("file"), "x");
        using var process = Start(["-d", database, "--no-summary", directory.File("file")]);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode != 2 && !output.Contains("rror", StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _directory.Dispose();
    }

    private static bool Find()
    {
        try
        {
            using var process = Start(["--version"]);
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static Process Start(IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo("clamscan", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private string Describe(string pair)
    {
        var parts = pair.Split(' ');
        var line = _lines.Values.SelectMany(lines => lines).FirstOrDefault(l => l.Split(':', ';', '=')[0] == parts[1]);
        var file = _files.First(file => file.Name == parts[0]).Bytes;
        var content = file.Length > 80 ? Convert.ToHexStringLower(file.AsSpan(0, 80)) + "…" : Convert.ToHexStringLower(file);
        return $"{line ?? parts[1]} on {parts[0]} ({file.Length}): {content}";
    }

    private SortedSet<string> RunClamScan()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        using var process = Start(
            ["-d", _directory.File("db"), "-r", "--allmatch", "--no-summary", "--infected", _directory.File("files")]);
        var errors = process.StandardError.ReadToEndAsync();
        var others = new List<string>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon < 0 || !line.EndsWith(Suffix, StringComparison.Ordinal))
            {
                others.Add(line);
                continue;
            }

            found.Add($"{Path.GetFileName(line[..colon])} {line[(colon + 2)..^Suffix.Length]}");
        }

        process.WaitForExit();
        Assert.True(process.ExitCode is 0 or 1, $"clamscan ended with {process.ExitCode}: {errors.Result} {string.Join('\n', others)}");
        return found;
    }

    private SortedSet<string> RunEngine()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var builder = new DefinitionBuilder();
        builder.Add(_directory.File("db"));
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Empty(report.Diagnostics);
        Assert.Empty(report.Unsupported);
        using var scanner = new Scanner(definitions, new ScanOptions { AllMatches = true, OpenContainers = OpenContainers });
        foreach (var (name, bytes) in _files)
        {
            var report2 = scanner.Scan(new MemoryByteSource(bytes), name);
            foreach (var detection in report2.Findings.OfType<Detection>())
                found.Add($"{name} {detection.Name}");
        }

        return found;
    }
}
