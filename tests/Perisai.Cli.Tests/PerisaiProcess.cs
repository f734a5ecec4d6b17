using System.Diagnostics;
using System.Text;

namespace Perisai.Cli.Tests;

/// <summary>
/// Runs the built command line as a process of its own: the program that was built with the tests, or the one that the environment variable PERISAI_BINARY
/// names. Compiled definitions are cached once for all tests.
/// </summary>
internal sealed class PerisaiProcess : IDisposable
{
    private static readonly string s_cache = Directory.CreateTempSubdirectory("perisai-cache-").FullName;

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly StringBuilder _output = new();

    static PerisaiProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(s_cache, recursive: true);

    private PerisaiProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    public static string Binary { get; } =
        Environment.GetEnvironmentVariable("PERISAI_BINARY") ?? Path.Combine(AppContext.BaseDirectory, "perisai");

    public int Id => _process.Id;

    /// <summary>Runs a command to its end.</summary>
    public static CommandResult Run(params string[] arguments) => RunWith(new CommandSetting(), arguments);

    /// <inheritdoc cref="Run(string[])"/>
    public static CommandResult RunWith(CommandSetting setting, params string[] arguments)
    {
        using var process = Start(setting, arguments);
        return process.End();
    }

    public static PerisaiProcess Start(CommandSetting setting, params string[] arguments)
    {
        string[] line = [.. setting.Before, Binary, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = new UTF8Encoding(false),
            WorkingDirectory = setting.Folder ?? Path.GetTempPath(),
        };
        start.Environment["XDG_CACHE_HOME"] = setting.Cache ?? s_cache;
        var process = Process.Start(start)!;
        try
        {
            if (setting.Input is not null)
                process.StandardInput.BaseStream.Write(setting.Input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading all of it, as one with a wrong argument does; its output is what the test is about.
        }

        return new(process);
    }

    /// <summary>Reads output up to a line that holds a text.</summary>
    public void WaitFor(string text)
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            _output.AppendLine(line);
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"'{text}' was not printed but: {_output}");
    }

    public void Signal(string name) => Tool.Run("kill", $"-{name}", Id.ToString());

    public CommandResult End()
    {
        _output.Append(_process.StandardOutput.ReadToEnd());
        if (!_process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            _process.Kill();
            Assert.Fail("perisai did not end");
        }

        return new(_process.ExitCode, _output.ToString(), _error.Result);
    }

    public void Dispose() => _process.Dispose();
}

/// <summary>What a command said and how it ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>How a command is run.</summary>
internal sealed record CommandSetting
{
    public string? Folder { get; init; }

    public byte[]? Input { get; init; }

    public string? Cache { get; init; }

    /// <summary>A program, with its arguments, that runs the command.</summary>
    public string[] Before { get; init; } = [];
}
