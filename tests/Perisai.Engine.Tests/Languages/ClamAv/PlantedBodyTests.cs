using System.Text;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.ClamAv;

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

    /// <summary>Databases from outside: every .ndb and .ldb in the folder clamav-bodies of the test data.</summary>
    [Fact]
    public void Signatures_of_a_generated_database_are_found_where_clamscan_finds_them()
    {
        ClamScan.SkipWithoutIt();
        var folder = Path.Combine(Environment.GetEnvironmentVariable("PERISAI_TEST_DATA") ?? "", "clamav-bodies");
        Assert.SkipUnless(Directory.Exists(folder), "there is no folder clamav-bodies in PERISAI_TEST_DATA");
        var lines = Directory.EnumerateFiles(folder, "*.?db").Order(StringComparer.Ordinal)
            .SelectMany(file => File.ReadLines(file, Encoding.Latin1).Select(line => (Path.GetExtension(file)[1..], line))).ToList();
        Compare(lines, new Random(7), atLeast: lines.Count / 2);
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
