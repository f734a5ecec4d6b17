using System.Diagnostics;
using System.Text;

namespace Perisai.Engine.Tests.Modules;

/// <summary>The yara program of this machine.</summary>
internal static class YaraPeer
{
    /// <summary>The lines that it prints.</summary>
    public static List<string> Run(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("yara", arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.Latin1,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("yara is not installed.");
            throw;
        }

        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, error.Result);
            return [.. lines];
        }
    }
}
