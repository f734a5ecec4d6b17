using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.ClamAv;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Lines of the smaller databases with a few characters changed: none throws, and clamscan loads and refuses the same ones.</summary>
public sealed class MutatedDatabaseTests
{
    private const string Digest = "81c99c4700e69f7cb9755a03033ce59f77c336d5";
    private const string Characters = "0123456789abcdefx*;:-,?{}(CL_TYPE";

    private static readonly (string Kind, string[] Lines)[] s_databases =
    [
        ("crb",
        [
            $"Name;1;{Digest};;c0ffee;010001;1;1;1;0;comment;1;255", $"Name;0;{Digest};{Digest};c0ffee;;0;1;0;5;",
        ]),
        ("ftm",
        [
            "0:0:d0cf11e0:Name:CL_TYPE_ANY:CL_TYPE_MSOLE2:1:255", "1:*:526172211a07:Name:CL_TYPE_ANY:CL_TYPE_RARSFX",
            "4:1024:482b:Name:CL_TYPE_PART_ANY:CL_TYPE_PART_HFSPLUS",
        ]),
        ("cfg", ["PE:0xfffff:1:255", "ARCHIVE:0x3fffff"]),
        ("zmd", ["Name:0:two\\.txt:1000:500:*:*:2:*", "Name:*:^a[bc]$:*:*:abcdef01:8:*:1"]),
    ];

    [Fact]
    public void Nothing_is_thrown_for_any_line()
    {
        var random = new Random(31);
        for (var i = 0; i < 20_000; i++)
        {
            var (kind, line) = Mutate(random, i);
            var output = Parse(kind, line);
            Assert.True(output.Definitions.Count + output.Diagnostics.Count + output.Unsupported.Count <= 1, line);
            Assert.All(output.Diagnostics, diagnostic => Assert.InRange(diagnostic.Column, 1, line.Length + 1));
        }
    }

    [Fact]
    public void Clamscan_loads_and_refuses_the_same_lines()
    {
        ClamScan.SkipWithoutIt();
        var random = new Random(32);
        var wrong = new List<string>();
        int loaded = 0, refused = 0;
        for (var i = 0; i < 400; i++)
        {
            var (kind, line) = Mutate(random, i);
            var output = Parse(kind, line);
            // A database of types without a line that counts is refused by clamscan as empty; a modulus that is no number is refused here.
            if ((kind == "ftm" && output.Unsupported.Count > 0) || (kind == "crb" && output.Diagnostics is [{ Id: ClamAvBodyFaults.HexDigit }]))
                continue;
            var weLoad = output.Diagnostics.Count == 0;
            var theyLoad = ClamScan.Loads(kind, line);
            if (weLoad != theyLoad)
                wrong.Add($"{(weLoad ? "we load" : $"they load ({output.Diagnostics[0]})")} {kind} {line}");
            loaded += theyLoad ? 1 : 0;
            refused += theyLoad ? 0 : 1;
        }

        if (wrong.Count > 0)
            Assert.Fail(string.Join('\n', wrong));
        Assert.True(loaded > 50 && refused > 50, $"{loaded} loaded, {refused} refused");
    }

    private static (string Kind, string Line) Mutate(Random random, int number)
    {
        var (kind, lines) = s_databases[number % s_databases.Length];
        var line = lines[random.Next(lines.Length)].ToList();
        for (var change = random.Next(4); change > 0; change--)
        {
            var at = random.Next(line.Count);
            switch (random.Next(3))
            {
                case 0:
                    line[at] = Characters[random.Next(Characters.Length)];
                    break;
                case 1:
                    line.Insert(at, Characters[random.Next(Characters.Length)]);
                    break;
                default:
                    line.RemoveAt(at);
                    break;
            }
        }

        return (kind, string.Concat(line));
    }

    private static DefinitionList Parse(string kind, string line)
    {
        var output = new DefinitionList();
        var location = new SourceLocation($"x.{kind}", 1);
        switch (kind)
        {
            case "crb": CertificateLine.Parse(line, location, DefinitionFlags.None, output); break;
            case "ftm": FileTypeMark.Parse(line, location, DefinitionFlags.None, output); break;
            case "cfg": FeatureSwitch.Parse(line, location, DefinitionFlags.None, output); break;
            default: OldMemberSignature.ParseZip(line, location, DefinitionFlags.None, output); break;
        }

        return output;
    }
}
