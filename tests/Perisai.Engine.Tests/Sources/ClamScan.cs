using System.Diagnostics;

namespace Perisai.Engine.Tests.Sources;

/// <summary>Runs clamscan beside the engine on the same databases and files and compares what each says of each file.</summary>
internal static class ClamScan
{
    /// <summary>What both are to say of one file: its first detection's name, or null.</summary>
    public static void AssertAgrees(TemporaryDirectory directory, string databases, bool detectUnwanted, params string[] files)
    {
        var theirs = Run(directory, databases, detectUnwanted, files);
        var ours = Scan(databases, detectUnwanted, files);
        Assert.Equal(theirs, ours);
    }

    /// <summary>What clamscan says, by file.</summary>
    public static string?[] Run(TemporaryDirectory directory, string databases, bool detectUnwanted, params string[] files)
    {
        var verdicts = TryRun(directory, databases, detectUnwanted, files);
        Assert.True(verdicts is not null, "clamscan refuses the database");
        return verdicts;
    }

    /// <summary>What clamscan says, by file; null where it refuses the databases.</summary>
    public static string?[]? TryRun(TemporaryDirectory directory, string databases, bool detectUnwanted, params string[] files)
    {
        File.WriteAllLines(directory.File("files.list"), files);
        List<string> arguments = ["--no-summary", "--stdout", "-d", databases, "-f", directory.File("files.list")];
        if (detectUnwanted)
            arguments.Add("--detect-pua=yes");
        var start = new ProcessStartInfo("clamscan", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("clamscan is not installed.");
            throw;
        }

        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            _ = error.Result;
            if (process.ExitCode is not (0 or 1))
                return null;
            var verdicts = output.Split('\n').Where(line => line.Contains(": ")).ToDictionary(
                line => line[..line.LastIndexOf(": ", StringComparison.Ordinal)], line => line[(line.LastIndexOf(": ", StringComparison.Ordinal) + 2)..]);
            return [.. files.Select(file => verdicts[file].EndsWith(" FOUND", StringComparison.Ordinal)
                ? verdicts[file][..^" FOUND".Length].Replace(".UNOFFICIAL", "", StringComparison.Ordinal) : null)];
        }
    }

    /// <summary>What the engine says, by file.</summary>
    public static string?[] Scan(string databases, bool detectUnwanted, params string[] files)
    {
        var builder = new DefinitionBuilder();
        builder.Add(databases);
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Empty(report.Diagnostics.Where(d => d.IsError));
        return Scan(definitions, detectUnwanted, files);
    }

    public static string?[] Scan(DefinitionSet definitions, bool detectUnwanted, params string[] files)
    {
        using var scanner = new Scanner(definitions, new ScanOptions { DetectPotentiallyUnwanted = detectUnwanted });
        return [.. files.Select(file =>
        {
            using var source = new MemoryByteSource(File.ReadAllBytes(file));
            return scanner.Scan(source, file).Findings.OfType<Detection>().FirstOrDefault()?.Name;
        })];
    }
}
