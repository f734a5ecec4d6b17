using System.Diagnostics;
using System.Text;

namespace Perisai.Cli.Tests.ClamScan;

/// <summary>What a program wrote and how it ended. Bytes are kept: names need not be UTF-8.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Errors)
{
    public static string Perisai => PerisaiProcess.Binary;

    public IEnumerable<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static CommandRun Start(string program, string folder, IEnumerable<string> arguments, string input = "")
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.Latin1,
            StandardErrorEncoding = Encoding.Latin1,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading all of it, as one with a wrong argument does.
        }

        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(60_000), $"{program} did not end");
        return new(process.ExitCode, output, errors.Result);
    }
}
