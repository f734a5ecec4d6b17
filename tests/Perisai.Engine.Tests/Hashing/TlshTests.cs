using System.Diagnostics;
using System.Text;
using Perisai.Engine.Hashing;

namespace Perisai.Engine.Tests.Hashing;

public sealed class TlshTests
{
    [Fact]
    public void Hashes_are_those_of_the_tlsh_program()
    {
        var random = new Random(1);
        var names = Enumerable.Range(0, 3000).Select(i => $"function_{i * 7919 % 10007}_{(char)('a' + i % 26)}").ToArray();
        // Older versions of the program want at least 256 bytes.
        List<byte[]> texts =
        [
            .. ((int[])[256, 300, 500, 656, 657, 658, 1000, 3199, 3200, 10_000, 100_000, 190_336, 1_000_000]).Select(length =>
            {
                var bytes = new byte[length];
                random.NextBytes(bytes);
                return bytes;
            }),
            .. ((int[])[20, 50, 500, 3000]).Select(count => Encoding.ASCII.GetBytes(string.Join(',', names.Take(count)))),
        ];

        using var directory = new TemporaryDirectory();
        foreach (var text in texts)
        {
            File.WriteAllBytes(directory.File("text"), text);
            Assert.Equal(Run(directory.File("text")), Tlsh.Hash(text));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(49)]
    [InlineData(5000)]
    public void What_is_too_short_or_too_uniform_has_none(int length) => Assert.Equal("", Tlsh.Hash(new byte[length]));

    private static string Run(string file)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("tlsh_unittest", ["-f", file]) { RedirectStandardOutput = true })!;
            var line = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            // Some versions print the hash without the mark of its version.
            var hash = line.Split('\t', ' ')[0];
            return hash.Length == 70 ? "T1" + hash : hash.StartsWith("T1", StringComparison.Ordinal) ? hash : "";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("tlsh_unittest is not installed.");
            throw;
        }
    }
}
