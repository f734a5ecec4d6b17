using System.Text;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.ClamAv;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Lines with a few characters changed: each comes to exactly one end, and is refused where clamscan refuses it.</summary>
public sealed class MutatedLineTests
{
    private const string Characters = "0123456789abcdef?*{}[]()|!-,:;=&<>/#$\\ BLWgz~";

    [Fact]
    public void Every_line_comes_to_one_end()
    {
        var random = new Random(21);
        for (var i = 0; i < 20_000; i++)
        {
            var (extension, line) = Mutate(random, i);
            Parse(extension, line);
        }
    }

    [Fact]
    public void Clamscan_loads_and_refuses_the_same_lines()
    {
        ClamScan.SkipWithoutIt();
        var random = new Random(22);
        var wrong = new List<string>();
        int loaded = 0, refused = 0;
        for (var i = 0; i < 400; i++)
        {
            var (extension, line) = Mutate(random, i);
            var output = Parse(extension, line);
            var weLoad = output.Diagnostics.Count == 0;
            var theyLoad = ClamScan.Loads(extension, line);

            // ClamAV writes {n} out as question marks before it pairs digits, so that two halves of a byte may stand around one. We say so.
            if (output.Diagnostics is [{ Id: ClamAvBodyFaults.HexOdd }] && line.Contains('{', StringComparison.Ordinal))
                continue;
            if (weLoad != theyLoad)
                wrong.Add($"{(weLoad ? "we load" : $"they load ({output.Diagnostics[0]})")} {extension} {line}");
            loaded += theyLoad ? 1 : 0;
            refused += theyLoad ? 0 : 1;
        }

        if (wrong.Count > 0)
            Assert.Fail(string.Join('\n', wrong));
        Assert.True(loaded > 50 && refused > 50, $"{loaded} loaded, {refused} refused");
    }

    private static DefinitionList Parse(string extension, string line)
    {
        var output = new DefinitionList();
        if (extension == "ndb")
            ExtendedSignature.Parse(line, new("x.ndb", 1), DefinitionFlags.None, output);
        else
            LogicalSignature.Parse(line, new("x.ldb", 1), DefinitionFlags.None, output);
        Assert.True(output.Definitions.Count + output.Diagnostics.Count + output.Unsupported.Count == 1, line);
        Assert.All(output.Diagnostics, diagnostic => Assert.InRange(diagnostic.Column, 1, line.Length + 1));
        return output;
    }

    private static (string Extension, string Line) Mutate(Random random, int number)
    {
        var (extension, line) = RandomSignatures.Make(random, number);
        if (extension == "ldb" && random.Next(2) == 0)
        {
            var special = ((string[])["0/ab+c/i", "0&1/a(b|c)d/gs", "0(>>4#ib2#>100,<2000)", "0(<<1#hle4#=0x10)", "${1-20}3$"])[random.Next(5)];
            line = line.Replace(";0&1;", ";0&1&2;") is var longer && longer != line ? $"{longer};{special}" : line;
        }

        var text = new StringBuilder(line);
        for (var count = random.Next(1, 3); count > 0; count--)
        {
            var at = random.Next(random.Next(2) == 0 ? Math.Min(50, text.Length) : text.Length);
            switch (random.Next(3))
            {
                case 0:
                    text.Remove(at, 1);
                    break;
                case 1:
                    text.Insert(at, Characters[random.Next(Characters.Length)]);
                    break;
                default:
                    text[at] = Characters[random.Next(Characters.Length)];
                    break;
            }
        }

        return (extension, text.ToString());
    }
}
