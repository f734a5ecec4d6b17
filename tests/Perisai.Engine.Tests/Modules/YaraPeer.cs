using System.Diagnostics;
using System.Text;

namespace Perisai.Engine.Tests.Modules;

/// <summary>The yara program of this machine.</summary>
internal static class YaraPeer
{
    /// <summary>All defined facts of the rule's modules, by path, as <c>yara -D</c> prints them.</summary>
    public static Dictionary<string, string> Dump(string rules, string file)
    {
        var result = new Dictionary<string, string>();
        var path = new List<string>();
        foreach (var line in Run(["-D", rules, file]))
        {
            var depth = line.TakeWhile(c => c == '\t').Count();
            var text = line[depth..];
            if (depth == 0 && text.Contains(' '))
                continue; // the rule that matched
            path.RemoveRange(Math.Min(depth, path.Count), Math.Max(0, path.Count - depth));
            var equals = text.IndexOf(" = ", StringComparison.Ordinal);
            path.Add(equals < 0 ? text : text[..equals]);
            if (equals >= 0 && text[(equals + 3)..] is var value and not "YR_UNDEFINED")
                result[string.Join('.', path).Replace(".[", "[", StringComparison.Ordinal)] = value;
        }

        return result;
    }

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
