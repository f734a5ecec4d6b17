using System.Diagnostics;
using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Pictures;

namespace Perisai.Engine.Tests.Containers.Pictures;

/// <summary>Compares perceptual hashes with those of the installed sigtool, for many files in a run.</summary>
internal static class SigTool
{
    private const int FilesPerRun = 200;

    /// <summary>What a picture without a hash has.</summary>
    public const string None = "none";

    public static bool IsInstalled { get; } = Find();

    public static void SkipWithoutIt() => Assert.SkipUnless(IsInstalled, "sigtool is not installed");

    /// <summary>The engine's hash of a picture.</summary>
    public static string Hash(byte[] bytes)
    {
        var source = new MemoryByteSource(bytes);
        var budget = new ScanBudget(ScanLimits.Default);
        var type = ContainerDispatcher.Identify(source, budget);
        return PictureDecoder.Decodes(type) && PictureDecoder.Hash(type, source, budget, out _) is { } hash ? hash.ToString("x16") : None;
    }

    /// <summary>The hashes that sigtool gives files.</summary>
    public static List<string> Hashes(IReadOnlyList<string> paths)
    {
        var hashes = new List<string>();
        foreach (var part in paths.Chunk(FilesPerRun))
        {
            // What it cannot decode is told among the errors, which say less than the missing hash.
            foreach (var path in part)
                Assert.Equal(path, path.Trim());
            using var process = Process.Start(new ProcessStartInfo("sigtool", ["--fuzzy-img", .. part]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            process.WaitForExit();
            _ = errors.Result;
            var at = 0;
            foreach (var path in part)
            {
                var start = $"{Path.GetFileName(path)}: ";
                hashes.Add(at < lines.Length && lines[at].StartsWith(start, StringComparison.Ordinal) ? lines[at++][start.Length..].Trim() : None);
            }
        }

        return hashes;
    }

    /// <summary>Writes pictures into files and fails where the hashes differ; the result is how many have one.</summary>
    public static int AssertAgrees(IReadOnlyList<(string Name, byte[] Bytes)> pictures)
    {
        using var directory = new TemporaryDirectory();
        foreach (var (name, bytes) in pictures)
            File.WriteAllBytes(directory.File(name), bytes);
        return AssertAgrees([.. pictures.Select(picture => directory.File(picture.Name))]);
    }

    /// <summary>Fails where the hashes of files differ; the result is how many have one.</summary>
    public static int AssertAgrees(IReadOnlyList<string> paths)
    {
        var theirs = Hashes(paths);
        var differences = new List<string>();
        for (var i = 0; i < paths.Count; i++)
        {
            var ours = Hash(File.ReadAllBytes(paths[i]));
            if (ours != theirs[i])
                differences.Add($"{Path.GetFileName(paths[i])}: ours {ours}, theirs {theirs[i]}");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {paths.Count} differ:\n{string.Join('\n', differences.Take(40))}");
        var hashed = theirs.Count(hash => hash != None);
        TestContext.Current.TestOutputHelper?.WriteLine($"{paths.Count} pictures, {hashed} with a hash, no difference");
        return hashed;
    }

    private static bool Find()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("sigtool", ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
