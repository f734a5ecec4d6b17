namespace Perisai.Engine.Tests.Languages.ClamAv;

// Two things depend in clamscan on where its blocks overlap, and with that on the longest of all signatures that it has loaded, and are not
// compared: the last part of a body in several parts is counted twice where it lies in the overlap, and byte comparisons read behind the
// first block from the wrong place.

/// <summary>Objects of several of clamscan's blocks (131,072 bytes), with matches across their edges and many of them.</summary>
public sealed class LargeFileTests
{
    private const int Block = 131072;

    private static readonly string[] s_bodies =
    [
        "616263646566", "616263??6566", "6162(63|64)6566", "6162(63|7a79)64(65|6666)66", "616263{2-9}7a7978", "616263{-300}7a7978", "616263*7a7978", "616263{200-}7a7978",
        "7a7978{300-5000}616263", "6162636465*7a79*616263", "616263{128}7a7978", "(W)616263", "61[1-4]626364", "616263646566::iwa", "616263??65::w",
    ];

    [Fact]
    public void Matches_across_blocks_are_counted_as_in_clamscan()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        for (var i = 0; i < s_bodies.Length; i++)
        {
            foreach (var condition in (string[])["0", "0=1", "0=2", "0>2", "0>5", "0<9", "0=8", "0>40"])
                scan.AddSignature("ldb", $"B{i}{condition.Replace('=', 'e').Replace('>', 'g').Replace('<', 'l')};Engine:51-255,Target:0;{condition};{s_bodies[i]}");
            scan.AddSignature("ldb", $"P{i};Engine:51-255,Target:0;1;{Block - 8},16:{s_bodies[i]};0>0/abc/".Replace(";1;", ";0&1;"));
        }

        var random = new Random(11);
        string[] pieces = ["abcdef", "abcXef", "abdef", "abzydeff", "abc..zyx", "zyx", "abc", "a..bcd", "ABCDEF", "a\0b\0c\0d\0e\0f\0", "a\0b\0c\0q\0e\0"];
        for (var i = 0; i < 60; i++)
        {
            var file = new byte[(i % 3 * Block) + random.Next(200, 3 * Block)];
            new Random(i).NextBytes(file);
            file.AsSpan(0, 16).Clear();
            for (var count = i % 4 == 0 ? 120 : random.Next(1, 9); count > 0; count--)
            {
                var piece = System.Text.Encoding.Latin1.GetBytes(pieces[random.Next(i % 4 == 0 ? 7 : pieces.Length)]);
                var at = random.Next(3) == 0 && !piece.AsSpan().EndsWith("zyx"u8) ? (Block * random.Next(1, 4)) - random.Next(14) : random.Next(16, file.Length);
                if (at + piece.Length < file.Length)
                    piece.CopyTo(file, at);
            }

            scan.AddFile(file);
        }

        ClamScan.AssertAgrees(scan, atLeast: 500);
    }
}
