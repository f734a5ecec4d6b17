using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Perisai.Engine.Hashing;

namespace Perisai.Engine.Tests.Modules;

/// <summary>Hashes of symbols, beside the same made of what readelf prints.</summary>
public sealed class ElfHashTests
{
    [Fact]
    public void Hashes_are_those_of_the_names_that_readelf_shows()
    {
        string[] files = ["/usr/bin/ls", "/usr/bin/dpkg", "/usr/bin/tar", "/usr/bin/find", "/usr/lib/x86_64-linux-gnu/libz.so.1"];
        var found = files.Where(File.Exists).ToList();
        Assert.SkipWhen(found.Count == 0, "none of the usual programs is here");
        foreach (var file in found)
        {
            var symbols = Symbols(file);
            var imports = symbols.Where(symbol => symbol.Section == "UND" && symbol.Name.Length > 0).Select(symbol => symbol.Name);
            Assert.Equal(Convert.ToHexStringLower(MD5.HashData(Join(imports))), Call(file, "import_md5"));
            string[] ignored = ["main", "abort", "puts", "atol", "cachectl", "cacheflush", "malloc_trim"];
            var functions = symbols.Where(symbol => symbol is { Binding: "GLOBAL", Type: "FUNC", Visibility: "DEFAULT" }).Select(symbol => symbol.Name)
                .Where(name => name[0] is not ('.' or '_') && !name.StartsWith("str", StringComparison.Ordinal)
                    && !name.StartsWith("mem", StringComparison.Ordinal) && !name.EndsWith("64", StringComparison.Ordinal) && !ignored.Contains(name));
            Assert.Equal(Tlsh.Hash(Join(functions)), Call(file, "telfhash"));
        }
    }

    private static byte[] Join(IEnumerable<string> names) =>
        Encoding.ASCII.GetBytes(string.Join(',', names.Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal)));

    private static string Call(string file, string function)
    {
        var (schema, facts) = TestObject.Load("elf", File.ReadAllBytes(file));
        return Encoding.ASCII.GetString(facts.Call(schema.IndexOf(function), 0, []).Text);
    }

    private static List<(string Name, string Type, string Binding, string Visibility, string Section)> Symbols(string file)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("readelf", ["-W", "--dyn-syms", file]) { RedirectStandardOutput = true })!;
            var lines = process.StandardOutput.ReadToEnd().Split('\n');
            process.WaitForExit();
            // Number, value, size, type, binding, visibility, section, name and version.
            return [.. lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length >= 7 && words[0].EndsWith(':')
                && char.IsAsciiDigit(words[0][0])).Select(words => (words.Length > 7 ? words[7].Split('@')[0] : "", words[3], words[4], words[5], words[6]))];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("readelf is not installed.");
            throw;
        }
    }
}
