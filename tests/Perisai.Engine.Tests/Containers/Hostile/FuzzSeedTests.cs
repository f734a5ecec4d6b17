using System.IO.Compression;
using Perisai.Engine.Containers;
using Perisai.Engine.Tests.Architecture;
using Perisai.Engine.Tests.Authenticode;
using Perisai.Engine.Tests.Containers.Pictures;
using Perisai.Engine.Tests.Icons;

namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>
/// Every reader has a seed for its fuzz target: the samples that the tests build, encoded. They are written anew when the environment variable
/// PERISAI_WRITE_SEEDS is set.
/// </summary>
public sealed class FuzzSeedTests
{
    [Fact]
    public void Every_reader_has_a_seed()
    {
        var seeds = Path.Combine(SourceTree.Require(), "fuzz/seeds");
        if (Environment.GetEnvironmentVariable("PERISAI_WRITE_SEEDS") is { Length: > 0 })
            Write(seeds);
        var readers = Enum.GetValues<FileType>().Select(ContainerDispatcher.ReaderFor).OfType<IContainerReader>().Distinct();
        var missing = readers.Select(reader => reader.Name).Concat(["picture", "signature", "catalogue", "icons"])
            .Where(name => !Directory.Exists(Path.Combine(seeds, name)) || !Directory.EnumerateFiles(Path.Combine(seeds, name), "*.txt").Any());
        Assert.Empty(missing);
    }

    private static void Write(string seeds)
    {
        foreach (var (name, sample) in ContainerSamples.All)
        {
            if (ContainerDispatcher.ReaderFor(sample.Type) is { } reader)
                Write(Path.Combine(seeds, reader.Name), name, () => ContainerSamples.Build(name));
        }

        foreach (var name in SignedProgramTests.Seeds)
            Write(Path.Combine(seeds, "signature"), name.Replace(' ', '-').Replace(",", "", StringComparison.Ordinal), () => SignedProgramTests.Program(name));
        Write(Path.Combine(seeds, "catalogue"), "catalogue", CatalogTests.Sample);
        Write(Path.Combine(seeds, "icons"), "depths", () => IconProgram.Build(
            [[.. ((int[])[1, 4, 8, 16, 24, 32]).Select(depth => IconProgram.RandomIcon(new Random(depth), 33, 32, depth))]]));
        foreach (var (name, build) in PictureSamples.All)
            Write(Path.Combine(seeds, "picture"), name, build);
    }

    private static void Write(string folder, string name, Func<byte[]> build)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{name}.txt");
        if (!File.Exists(path))
            File.WriteAllText(path, Encode(build()) + "\n");
    }

    private static string Encode(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(content);
        return Convert.ToBase64String(packed.ToArray(), Base64FormattingOptions.InsertLineBreaks).Replace("\r", "", StringComparison.Ordinal);
    }
}
