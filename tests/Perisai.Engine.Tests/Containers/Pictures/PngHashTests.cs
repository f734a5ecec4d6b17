namespace Perisai.Engine.Tests.Containers.Pictures;

/// <summary>Perceptual hashes of PNG files, bit for bit those of sigtool.</summary>
public sealed class PngHashTests
{
    private static readonly (int Depth, int ColorType)[] _kinds =
        [(1, 0), (2, 0), (4, 0), (8, 0), (16, 0), (8, 2), (16, 2), (1, 3), (2, 3), (4, 3), (8, 3), (8, 4), (16, 4), (8, 6), (16, 6)];

    [Fact]
    public void Every_kind_of_PNG_has_the_hash_that_sigtool_gives_it()
    {
        SigTool.SkipWithoutIt();
        var random = new Random(20261125);
        var pictures = new List<(string, byte[])>();
        foreach (var (depth, colorType) in _kinds)
        {
            for (var i = 0; i < 24; i++)
            {
                var (width, height) = i switch { 0 => (1, 1), 1 => (32, 32), 2 => (1, 300), 3 => (500, 2), _ => (random.Next(1, 200), random.Next(1, 200)) };
                pictures.Add(($"{depth}-{colorType}-{i}.png", PictureBytes.RandomPng(random, width, height, depth, colorType, i % 3 == 0)));
            }
        }

        Assert.Equal(pictures.Count, SigTool.AssertAgrees(pictures));
    }

    [Fact]
    public void Damaged_files_have_a_hash_where_sigtool_gives_them_one()
    {
        SigTool.SkipWithoutIt();
        var random = new Random(7);
        var pictures = new List<(string, byte[])>();
        for (var i = 0; i < 120; i++)
        {
            var whole = PictureBytes.RandomPng(random, random.Next(1, 60), random.Next(1, 60), 8, random.Next(2) * 2, i % 2 == 0);
            if (i % 2 == 0)
                whole = whole[..random.Next(60, whole.Length)];
            else
                whole[random.Next(16, whole.Length)] ^= (byte)random.Next(1, 256);
            pictures.Add(($"{i}.png", whole));
        }

        SigTool.AssertAgrees(pictures);
    }

    [Fact]
    public void Pictures_of_this_machine_have_the_hash_that_sigtool_gives_them()
    {
        SigTool.SkipWithoutIt();
        if (!Directory.Exists("/usr/share/icons"))
            Assert.Skip("there are no icons here");
        var paths = Directory.EnumerateFiles("/usr/share/icons", "*.png", new EnumerationOptions { RecurseSubdirectories = true }).Order().Take(300).ToList();
        Assert.Equal(paths.Count, SigTool.AssertAgrees(paths));
    }
}
