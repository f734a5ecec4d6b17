using System.Diagnostics;

namespace Perisai.Engine.Tests.Containers;

/// <summary>A temporary folder with files to pack and the means to run the programs that pack them; deleted at the end.</summary>
internal sealed class WorkFolder : IDisposable
{
    public WorkFolder() => Directory.CreateDirectory(Root);

    public string Root { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "perisai-" + Guid.NewGuid().ToString("N"));

    public string Path(string name) => System.IO.Path.Combine(Root, name);

    public byte[] Bytes(string name) => File.ReadAllBytes(Path(name));

    /// <summary>Writes a file (and the folders above it) and returns its content.</summary>
    public byte[] Write(string name, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        File.WriteAllBytes(Path(name), content);
        return content;
    }

    /// <summary>
    /// Files of different kinds: empty, one byte, text, noise, long runs, machine code; names with blanks, depth and non-ASCII.
    /// </summary>
    public Dictionary<string, byte[]> WriteSampleFiles(string folder = "files")
    {
        var text = System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 6000).Select(n => $"line {n} of {n * 7919 % 1000}")));
        var noise = new byte[70_001];
        new Random(1).NextBytes(noise);
        var code = File.ReadAllBytes(typeof(object).Assembly.Location).AsSpan(3_000_000, 150_000).ToArray();
        var files = new Dictionary<string, byte[]>
        {
            ["empty"] = [],
            ["one"] = [0x42],
            ["text.txt"] = text,
            ["noise.bin"] = noise,
            ["zeros.bin"] = new byte[300_000],
            ["deep/er/code with blanks.dll"] = code,
            ["deep/grün.txt"] = "umlaut"u8.ToArray(),
            [$"deep/{new string('n', 60)}/{new string('m', 60)}.txt"] = "long name"u8.ToArray(),
        };
        foreach (var (name, content) in files)
            Write($"{folder}/{name}", content);
        return files;
    }

    /// <summary>Runs a program in the folder; skips the test where it is missing, and fails it where it fails.</summary>
    public byte[] Run(string program, params string[] arguments) => RunWithInput(null, program, arguments);

    public byte[] RunWithInput(byte[]? input, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = Root;
        start.Environment["LC_ALL"] = "C.UTF-8";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"The program '{program}' is not installed.");
            throw;
        }

        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            var output = new MemoryStream();
            var copying = process.StandardOutput.BaseStream.CopyToAsync(output);
            process.StandardInput.BaseStream.Write(input ?? []);
            process.StandardInput.Close();
            copying.Wait();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error.Result}");
            return output.ToArray();
        }
    }

    public void Dispose() => Directory.Delete(Root, true);
}
