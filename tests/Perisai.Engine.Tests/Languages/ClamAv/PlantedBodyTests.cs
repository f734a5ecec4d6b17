using System.Diagnostics;
using System.Text;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.ClamAv;
using Perisai.Engine.Tests.Architecture;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Many signatures, each planted in an object of its own and spoilt in another, against clamscan.</summary>
public sealed class PlantedBodyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_signatures_are_found_where_clamscan_finds_them(int seed)
    {
        ClamScan.SkipWithoutIt();
        var random = new Random(seed);
        var lines = new List<(string Extension, string Line)>();
        for (var i = 0; i < 300; i++)
            lines.Add(RandomSignatures.Make(random, i));
        Compare(lines, random, atLeast: 250);
    }

    /// <summary>
    /// The signatures that the comparison of speeds is made with (bench/compare), a small part of their number: 500 extended ones, 515 logical ones, some
    /// with regular expressions and comparisons.
    /// </summary>
    [Fact]
    public void Signatures_of_a_generated_database_are_found_where_clamscan_finds_them()
    {
        ClamScan.SkipWithoutIt();
        using var directory = new TemporaryDirectory();
        WritePool(directory.File("pool"), new Random(11));
        Generate("0.005", directory.File("database"), directory.File("pool"));
        var lines = Directory.EnumerateFiles(directory.File("database")).Where(file => Path.GetExtension(file) is ".ndb" or ".ldb")
            .Order(StringComparer.Ordinal)
            .SelectMany(file => File.ReadLines(file, Encoding.Latin1).Select(line => (Path.GetExtension(file)[1..], line))).ToList();
        Assert.Equal(1015, lines.Count);
        Compare(lines, new Random(7), atLeast: lines.Count / 2);
    }

    private static void Generate(string scale, string folder, string pool)
    {
        var generator = Path.Combine(SourceTree.Require(), "bench/compare/make_database.py");
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("python3", [generator, scale, folder, pool]) { RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("python3 is not installed");
            throw;
        }

        using (process)
        {
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, error);
        }
    }

    /// <summary>
    /// What the generator slices patterns from, which otherwise is this machine's programs: 6 MiB of code-like bytes for each kind of program, where few
    /// values are common, and 6 MiB of words.
    /// </summary>
    private static void WritePool(string path, Random random)
    {
        const int Length = 6 << 20;
        var pool = new byte[3 * Length];
        for (var i = 0; i < 2 * Length; i++)
            pool[i] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(random.Next(16) * random.Next(16));
        var words = new byte[5000][];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = new byte[random.Next(2, 12)];
            for (var j = 0; j < words[i].Length; j++)
                words[i][j] = (byte)random.Next('a', 'z' + 1);
            words[i][^1] = (byte)' ';
        }

        for (var at = 2 * Length; at < pool.Length;)
        {
            var word = words[random.Next(words.Length)];
            var length = Math.Min(word.Length, pool.Length - at);
            word.AsSpan(0, length).CopyTo(pool.AsSpan(at));
            at += length;
        }

        File.WriteAllBytes(path, pool);
    }

    private static void Compare(List<(string Extension, string Line)> lines, Random random, int atLeast)
    {
        using var scan = new ClamScan();
        var planter = new BodyPlanter(random);
        foreach (var (extension, line) in lines)
        {
            var parsed = new DefinitionList();
            if (extension == "ndb")
                ExtendedSignature.Parse(line, new("test.ndb", 1), DefinitionFlags.None, parsed);
            else
                LogicalSignature.Parse(line, new("test.ldb", 1), DefinitionFlags.None, parsed);
            Assert.Empty(parsed.Diagnostics);
            Assert.Empty(parsed.Unsupported);
            scan.AddSignature(extension, line);
            var definition = Assert.Single(parsed.Definitions);

            // What is normalised in ClamAV (HTML, mail, text) is not compared here.
            if (definition.Target is ObjectTarget.Html or ObjectTarget.Mail or ObjectTarget.Text)
                continue;
            var planted = planter.Plant(definition, AbsentIn(extension, line));
            scan.AddFile(planted);
            if (random.Next(3) == 0)
            {
                var spoilt = planted.AsSpan().ToArray();
                for (var i = random.Next(1, 6); i > 0; i--)
                    spoilt[random.Next(spoilt.Length / 2, spoilt.Length)] ^= (byte)(1 << random.Next(8));
                scan.AddFile(spoilt);
            }
        }

        ClamScan.AssertAgrees(scan, atLeast);
    }

    /// <summary>Subsignatures that an expression wants not to match: those before <c>=0</c>.</summary>
    private static ulong AbsentIn(string extension, string line)
    {
        if (extension != "ldb")
            return 0;
        var expression = line.Split(';')[2];
        ulong absent = 0;
        for (var at = expression.IndexOf("=0", StringComparison.Ordinal); at > 0; at = expression.IndexOf("=0", at + 2, StringComparison.Ordinal))
            absent |= char.IsDigit(expression[at - 1]) ? 1UL << (expression[at - 1] - '0') : 0;
        return absent;
    }
}
