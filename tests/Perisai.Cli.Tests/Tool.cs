using System.Diagnostics;

namespace Perisai.Cli.Tests;

/// <summary>Programs of the system that make archives and odd files for tests.</summary>
internal static class Tool
{
    /// <summary>Runs a program; skips the test where it is not installed.</summary>
    public static string Run(string program, params string[] arguments) => RunIn(null, program, arguments);

    /// <inheritdoc cref="Run"/>
    public static string RunIn(string? folder, string program, params string[] arguments)
    {
        if (!Exists(program))
            Assert.Skip($"{program} is not installed");
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} failed: {error.Result}{output}");
        return output;
    }

    /// <summary>Runs a line of shell.</summary>
    public static string Shell(string folder, string line) => RunIn(folder, "sh", "-c", line);

    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
