using System.Diagnostics;

namespace Perisai.Engine.Tests.Containers.Pictures;

/// <summary>Perceptual hashes of JPEG, GIF, BMP and TIFF files, bit for bit those of sigtool.</summary>
public sealed class OtherHashTests
{
    [Fact]
    public void JPEG_of_every_usual_kind_has_the_hash_that_sigtool_gives_it()
    {
        SigTool.SkipWithoutIt();
        Assert.SkipUnless(HasProgram("cjpeg"), "cjpeg is not installed");
        var random = new Random(1125);
        var pictures = new List<(string, byte[])>();
        for (var i = 0; i < 20; i++)
        {
            var (width, height) = i < 10 ? (random.Next(1, 40), random.Next(1, 40)) : (random.Next(40, 260), random.Next(40, 260));
            var plain = (byte[])[.. System.Text.Encoding.ASCII.GetBytes($"P6 {width} {height} 255\n"), .. PictureBytes.Content(random, width * 3, height)];
            var quality = random.Next(1, 101).ToString();
            foreach (var sampling in (string[])["1x1", "2x1", "1x2", "2x2", "4x1", "1x4", "4x2"])
            {
                // The library behind sigtool breaks off where a narrow picture is padded to 32 pixels.
                if (width < 16 && sampling[0] == '4')
                    continue;
                pictures.Add(($"{i}-{sampling}.jpg", Run("cjpeg", ["-quality", quality, "-sample", sampling], plain)));
                pictures.Add(($"{i}-{sampling}-p.jpg", Run("cjpeg", ["-quality", quality, "-progressive", "-sample", sampling], plain)));
            }

            pictures.Add(($"{i}-grey.jpg", Run("cjpeg", ["-quality", quality, "-grayscale"], plain)));
            pictures.Add(($"{i}-rgb.jpg", Run("cjpeg", ["-quality", quality, "-rgb"], plain)));
            pictures.Add(($"{i}-restart.jpg", Run("cjpeg", ["-quality", quality, "-restart", "3B"], plain)));
        }

        pictures.AddRange(PictureSamples.All.Where(sample => sample.Key.StartsWith("jpeg", StringComparison.Ordinal)).Select(sample => (sample.Key, sample.Value())));
        Assert.Equal(pictures.Count, SigTool.AssertAgrees(pictures));
    }

    /// <summary>What is left of a cut picture depends on how far the library behind sigtool reads ahead; not all is known of that.</summary>
    [Fact]
    public void Nine_of_ten_JPEG_that_are_cut_have_the_hash_that_sigtool_gives_them()
    {
        SigTool.SkipWithoutIt();
        Assert.SkipUnless(HasProgram("cjpeg"), "cjpeg is not installed");
        var random = new Random(1126);
        using var directory = new TemporaryDirectory();
        var paths = new List<string>();
        for (var i = 0; i < 100; i++)
        {
            var (width, height) = (random.Next(60, 200), random.Next(60, 200));
            var plain = (byte[])[.. System.Text.Encoding.ASCII.GetBytes($"P6 {width} {height} 255\n"), .. PictureBytes.RandomBytes(i, width * height * 3)];
            var whole = Run("cjpeg", ["-quality", "50", "-sample", i % 2 == 0 ? "1x1" : "2x2", .. i % 3 == 0 ? (string[])["-progressive"] : []], plain);
            paths.Add(directory.File($"{i}.jpg"));
            File.WriteAllBytes(paths[^1], whole[..random.Next(1000, whole.Length)]);
        }

        var theirs = SigTool.Hashes(paths);
        var same = paths.Zip(theirs).Count(pair => SigTool.Hash(File.ReadAllBytes(pair.First)) == pair.Second);
        Assert.True(same >= 90, $"{same} of {paths.Count} are the same");
    }

    [Fact]
    public void GIF_has_the_hash_that_sigtool_gives_it()
    {
        SigTool.SkipWithoutIt();
        var random = new Random(25);
        var pictures = new List<(string, byte[])>();
        for (var i = 0; i < 60; i++)
        {
            var (width, height) = (random.Next(1, 90), random.Next(1, 90));
            pictures.Add(($"{i}.gif", PictureBytes.Gif(random, random.Next(1, 100), random.Next(1, 100), width, height, i % 2 == 0)));
        }

        AddDamaged(pictures, random);
        Assert.True(SigTool.AssertAgrees(pictures) >= 60);
    }

    [Fact]
    public void BMP_has_the_hash_that_sigtool_gives_it()
    {
        SigTool.SkipWithoutIt();
        var random = new Random(26);
        var pictures = new List<(string, byte[])>();
        foreach (var (bits, compression, masks) in ((int, int, uint[]?)[])[
            (1, 0, null), (2, 0, null), (4, 0, null), (8, 0, null), (16, 0, null), (24, 0, null), (32, 0, null), (8, 1, null),
            (16, 3, [0xF800, 0x7E0, 0x1F]), (16, 3, [0xF, 0xF0, 0x300]), (32, 3, [0xFF0000, 0xFF00, 0xFF]), (32, 3, [0x3FF00000, 0xFE00, 0x7F])])
        {
            for (var i = 0; i < 8; i++)
            {
                var (width, height) = (random.Next(1, 90), random.Next(1, 90));
                var content = compression == 1
                    ? PictureBytes.Runs(random, width, height) : PictureBytes.Content(random, ((width * bits) + 31) / 32 * 4, height);
                var palette = bits <= 8 ? PictureBytes.RandomBytes(i, 4 << bits) : [];
                pictures.Add((
                    $"{bits}-{compression}-{pictures.Count}.bmp",
                    PictureBytes.Bmp(new Zero(), width, height, bits, palette, content, compression, i % 2 == 0 && compression != 1, masks)));
            }
        }

        AddDamaged(pictures, random);
        Assert.True(SigTool.AssertAgrees(pictures) >= 96);
    }

    [Fact]
    public void TIFF_has_the_hash_that_sigtool_gives_it()
    {
        SigTool.SkipWithoutIt();
        var random = new Random(27);
        var pictures = new List<(string, byte[])>();
        foreach (var (bits, samples, interpretation) in ((int, int, int)[])
            [(1, 1, 0), (1, 1, 1), (8, 1, 0), (8, 1, 1), (16, 1, 0), (16, 1, 1), (8, 3, 2), (16, 3, 2), (8, 4, 2), (16, 4, 2), (8, 4, 5), (16, 4, 5)])
        {
            foreach (var compression in (int[])[1, 5, 8, 32773])
            {
                for (var i = 0; i < 4; i++)
                {
                    pictures.Add((
                        $"{bits}-{samples}-{interpretation}-{compression}-{i}.tiff",
                        PictureBytes.RandomTiff(random, random.Next(1, 120), random.Next(1, 120), bits, samples, interpretation, compression, i == 3)));
                }
            }
        }

        Assert.Equal(pictures.Count, SigTool.AssertAgrees(pictures));
    }

    private static void AddDamaged(List<(string, byte[])> pictures, Random random)
    {
        foreach (var (name, bytes) in pictures.ToArray())
        {
            var changed = bytes.ToArray();
            changed[random.Next(2, random.Next(2) == 0 ? Math.Min(60, bytes.Length) : bytes.Length)] = (byte)random.Next(256);
            pictures.Add(("changed-" + name, changed));
            pictures.Add(("cut-" + name, bytes[..random.Next(Math.Min(60, bytes.Length - 1), bytes.Length)]));
        }
    }

    private static bool HasProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));

    private static byte[] Run(string program, string[] arguments, byte[] input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var output = new MemoryStream();
        var copying = process.StandardOutput.BaseStream.CopyToAsync(output);
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        copying.Wait();
        process.WaitForExit();
        return output.ToArray();
    }

    /// <summary>Random numbers that are all zero.</summary>
    private sealed class Zero : Random
    {
        public override int Next() => 0;
    }
}
