using System.Text;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Byte comparisons against clamscan.</summary>
public sealed class ByteCompareTests
{
    private static readonly string[] s_distances = ["", "0", ">>0", ">>4", ">>5", ">>0x4", "<<1", "<<2", "<<4", "<<0", ">>04"];

    private static readonly string[] s_formats =
    [
        "hb1", "hb2", "hb3", "hb4", "hb8", "hbe2", "hbe4", "hbe8", "hl1", "hl2", "hl3", "hl4", "hl8", "hle2", "hle3", "hle4", "db1", "db2", "db3", "d4", "de4", "dbe3",
        "ab2", "ab3", "ab4", "abe4", "ab8", "al4", "al6", "ale6", "ib1", "ib2", "ib4", "ib8", "il1", "il2", "il4", "il8", "ibe2",
    ];

    private static readonly string[] s_comparisons = ["=10", "=0x10", "=010", ">0", "<0", "=0", ">9,<17", "=16", "=4660", ">100", "<100", ">0,<100000", "=13330", ">1000000", "=52"];

    private static readonly string[] s_values =
    [
        "10", "0010", "0x10", "0X10", "1234", "3412", "12ab", "ab12", "zz", " 10 ", "  10", "\t10", "10zz", "1z", "z1", "0", "00000010", "10000000", "ffffffff", "0x00ff", "99",
        "\n\n9", "0x1", "0x", "1000", "-1", "-10", "+10", "   ", "\x10", "\x10\0", "\x34\x12", "\x12\x34", "\0\0\0\x10", "\x10\0\0\0", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", "\x80\0\0\0\0\0\0\0", "\0\0\0\0\0\0\0\x10", "123456789",
    ];

    [Fact]
    public void Numbers_compare_as_in_clamscan()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        var number = 0;
        foreach (var format in s_formats)
        {
            foreach (var comparison in s_comparisons)
                scan.AddSignature("ldb", $"F{number++};Engine:51-255,Target:0;0&1;6d61726b;0(>>4#{format}#{comparison})");
        }

        foreach (var distance in s_distances)
        {
            foreach (var format in (string[])["hb2", "db2", "ib1", "il2", "ab4"])
            {
                scan.AddSignature("ldb", $"D{number++};Engine:51-255,Target:0;0&1;6d61726b;0({distance}#{format}#>0)");
                scan.AddSignature("ldb", $"D{number++};Engine:51-255,Target:0;0&1=0;6d61726b;0({distance}#{format}#=16,<20)");
            }
        }

        foreach (var value in s_values)
        {
            scan.AddFile(Encoding.Latin1.GetBytes("\x80\x01mark" + value + "\0\0\0\0\0\0\0\0"));
            scan.AddFile(Encoding.Latin1.GetBytes("\0\0\0\0\0\0\0\0" + value + "mark" + value));
            scan.AddFile(Encoding.Latin1.GetBytes("mark" + value + "\0\0\0\0\0\0\0\0" + value + "mark" + value + "        "));
            scan.AddFile(Encoding.Latin1.GetBytes("\0\0\0\0\0\0\0\0mark1010101010mark" + value + "zzzzzzzzzzzzzzzzzzzzzz"));
        }

        ClamScan.AssertAgrees(scan, atLeast: 1000);
    }

    [Fact]
    public void The_number_stands_by_the_last_match()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        string[] marks = ["6d61726b", "6d61726b::i", "6d61726b::iwa", "6d61??6b", "6d61*726b", "6d61{2-4}726b", "(6d|6e)61726b", "6d(61|62)726b", "0:6d61726b", "0,30:6d61726b"];
        for (var i = 0; i < marks.Length; i++)
        {
            scan.AddSignature("ldb", $"L{i};Engine:51-255,Target:0;0&1;{marks[i]};0(>>4#ib1#=65)");
            scan.AddSignature("ldb", $"E{i};Engine:51-255,Target:0;0&1;{marks[i]};0(<<1#ib1#=65)");
            scan.AddSignature("ldb", $"N{i};Engine:51-255,Target:0;0&1>1;{marks[i]};0(>>4#ib1#=65)");
            scan.AddSignature("ldb", $"Z{i};Engine:51-255,Target:0;0=0&1;{marks[i]};0(>>4#ib1#=65)");
            scan.AddSignature("ldb", $"X{i};Engine:51-255,Target:0;0&1&2;{marks[i]};0(>>4#ib1#=65);1/A/");
        }

        foreach (var text in (string[])["markA", "markB", "markAmarkB", "markBmarkA", "AmarkB", "BmarkA", "AmarkBmark", "markAmarkA", "MARKAmarkB", "markBMARKA",
            "m\0a\0r\0k\0A", "ma..rkA", "ma..rkAma..rkB", "ma..rk....rkA", "marrkA", "markAmaxx", "maA..A", "narkA", "mbrkA"])
        {
            scan.AddFile(Encoding.Latin1.GetBytes(text + "\0\0\0\0\0\0\0\0"));
            scan.AddFile(Encoding.Latin1.GetBytes("\x80\x01" + text + "\0\0\0\0\0\0\0\0"));
            scan.AddFile(Encoding.Latin1.GetBytes("\0\0\0\0\0\0\0\0" + text));
        }

        ClamScan.AssertAgrees(scan, atLeast: 20);
    }
}
