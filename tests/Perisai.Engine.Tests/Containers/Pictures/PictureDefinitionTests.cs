using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.ClamAv;
using Perisai.Engine.Tests.Languages.ClamAv;

namespace Perisai.Engine.Tests.Containers.Pictures;

/// <summary>Definitions by perceptual hash (<c>fuzzy_img</c> in .ldb), beside clamscan.</summary>
public sealed class PictureDefinitionTests
{
    [Fact]
    public void Definitions_match_the_pictures_that_clamscan_finds()
    {
        ClamScan.SkipWithoutIt();
        var random = new Random(11);
        using var scan = new ClamScan();
        for (var i = 0; i < 20; i++)
        {
            var picture = PictureBytes.RandomPng(random, random.Next(1, 80), random.Next(1, 80), 8, 2, i % 2 == 0);
            scan.AddFile(picture);
            var hash = SigTool.Hash(picture);
            scan.AddSignature("ldb", $"Any{i};Engine:150-255,Target:0;0;fuzzy_img#{hash.ToUpperInvariant()}");
            scan.AddSignature("ldb", $"Graphics{i};Engine:150-255,Target:5;0;fuzzy_img#{hash}#0");
            scan.AddSignature("ldb", $"Program{i};Engine:150-255,Target:1;0;fuzzy_img#{hash}");
            scan.AddSignature("ldb", $"Both{i};Engine:150-255,Target:0;0&1;fuzzy_img#{hash};0:89504E47");
            scan.AddSignature("ldb", $"Not{i};Engine:150-255,Target:5;0=0&1;fuzzy_img#{hash};0:89504E47");
            scan.AddSignature("ldb", $"Twice{i};Engine:150-255,Target:5;0>1;fuzzy_img#{hash}");
            scan.AddSignature("ldb", $"Trigger{i};Engine:150-255,Target:0;0&1;fuzzy_img#{hash};0/IHDR/");
        }

        scan.AddFile("no picture"u8);
        ClamScan.AssertAgrees(scan, 80);
    }

    [Theory]
    [InlineData("fuzzy_img#8080808000800080", true)]
    [InlineData("fuzzy_img#8080808000800080#0", true)]
    [InlineData("fuzzy_img#8080808000800080#00", true)]
    [InlineData("fuzzy_img#8080808000800080#+0", true)]
    [InlineData("fuzzy_img#8080808000800080#0#x", true)]
    [InlineData("fuzzy_img#ABCDEF0123456789", true)]
    [InlineData("fuzzy_img#8080808000800080#1", false)]
    [InlineData("fuzzy_img#8080808000800080#-0", false)]
    [InlineData("fuzzy_img#8080808000800080#++0", false)]
    [InlineData("fuzzy_img#8080808000800080#", false)]
    [InlineData("fuzzy_img#8080808000800080# 0", false)]
    [InlineData("fuzzy_img#808080800080008", false)]
    [InlineData("fuzzy_img#808080800080008G", false)]
    [InlineData("fuzzy_img#", false)]
    [InlineData("fuzzy_img", false)]
    [InlineData("fuzzy_x#8080808000800080", false)]
    [InlineData("fuzzy_img#8080808000800080::i", false)]
    [InlineData("0:fuzzy_img#8080808000800080", false)]
    public void Lines_are_taken_and_refused_as_clamscan_does(string subsignature, bool isTaken)
    {
        var line = $"A;Engine:150-255,Target:5;0;{subsignature}";
        var output = new DefinitionList();
        LogicalSignature.Parse(line, new SourceLocation("x.ldb", 1), DefinitionFlags.None, output);
        Assert.Equal(isTaken ? (1, 0) : (0, 1), (output.Definitions.Count, output.Diagnostics.Count));
        if (ClamScan.IsInstalled)
            Assert.Equal(isTaken, ClamScan.Loads("ldb", line));
    }
}
