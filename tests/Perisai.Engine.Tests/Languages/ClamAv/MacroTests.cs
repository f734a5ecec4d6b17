using System.Text;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Macro groups and macro subsignatures against clamscan.</summary>
public sealed class MacroTests
{
    [Fact]
    public void Macros_count_as_in_clamscan()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        scan.AddSignature("ndb", "G1:0:$12$:626262");
        scan.AddSignature("ndb", "G2:0:$12$:636363");
        scan.AddSignature("ndb", "G3:0:$31$:64??6464");
        scan.AddSignature("ndb", "G4:1:$13$:626262");
        var number = 0;
        foreach (var macro in (string[])["${6-7}12$", "${3-100}12$", "${0-0}12$", "${4-5}31$", "${6-7}13$", "${6-7}14$"])
        {
            foreach (var expression in (string[])["0&1", "0>1&1", "0&1>1", "0=0|1", "0=1&(1|1=0)", "1=0&0", "1&(0|0=0)"])
            {
                scan.AddSignature("ldb", $"M{number};Engine:51-255,Target:0;{expression};616161;{macro}");
                scan.AddSignature("ldb", $"I{number};Engine:51-255,Target:0;{expression};616161::i;{macro}");
                scan.AddSignature("ldb", $"T{number++};Engine:51-255,Target:0;({expression})&2;616161;{macro};656565");
            }
        }

        var random = new Random(5);
        for (var i = 0; i < 400; i++)
        {
            var text = new StringBuilder("\x01\x02\xFF");
            for (var k = random.Next(2, 9); k > 0; k--)
                text.Append(((string[])["aaa", "bbb", "ccc", "d.dd", "eee", "AAA"])[random.Next(6)]).Append('.', random.Next(1, 7));
            scan.AddFile(Encoding.Latin1.GetBytes(text + "\0\0\0\0\0\0\0\0"));
        }

        ClamScan.AssertAgrees(scan, atLeast: 500);
    }
}
