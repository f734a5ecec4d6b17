using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using BenchmarkDotNet.Attributes;
using Perisai.Engine;
using Perisai.Engine.Definitions.Compilation;

namespace Perisai.Benchmarks;

/// <summary>Opening containers with nothing to look for: 16 MiB of made-up text in one member, or in members of four KiB.</summary>
[ShortRunJob]
[MemoryDiagnoser]
public class ContainerBenchmarks
{
    private const int ContentLength = 16 << 20;
    private const int SmallLength = 4 << 10;
    private readonly string _path = Path.GetTempFileName();
    private DefinitionSet _definitions = null!;
    private Scanner _scanner = null!;
    private byte[] _container = [];

    public enum Form
    {
        Gzip,
        Zip,
        ZipOfSmall,
        Tar,
        TarOfSmall,
    }

    [ParamsAllValues]
    public Form Container { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        new DefinitionCompiler().Write(_path, DateTimeOffset.UnixEpoch);
        _definitions = DefinitionSet.Open(_path);
        _scanner = new(_definitions);
        _container = Make();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _scanner.Dispose();
        _definitions.Dispose();
        File.Delete(_path);
    }

    [Benchmark]
    public int Scan()
    {
        var report = _scanner.Scan(new MemoryByteSource(_container), "container");
        return report.Verdict == Verdict.Clean ? report.ObjectCount : throw new InvalidOperationException($"{report.Verdict}");
    }

    private byte[] Make()
    {
        var content = Text();
        var pieces = Container is Form.ZipOfSmall or Form.TarOfSmall
            ? Enumerable.Range(0, ContentLength / SmallLength).Select(i => content.AsMemory(i * SmallLength, SmallLength)).ToList()
            : [content];
        var output = new MemoryStream();
        if (Container == Form.Gzip)
        {
            using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true))
                gzip.Write(content);
        }
        else if (Container is Form.Tar or Form.TarOfSmall)
        {
            using var tar = new TarWriter(output, leaveOpen: true);
            for (var i = 0; i < pieces.Count; i++)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{i}.txt") { DataStream = new MemoryStream(pieces[i].ToArray()) });
        }
        else
        {
            using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
            for (var i = 0; i < pieces.Count; i++)
            {
                using var entry = zip.CreateEntry($"{i}.txt").Open();
                entry.Write(pieces[i].Span);
            }
        }

        return output.ToArray();
    }

    private static byte[] Text()
    {
        var random = new Random(20261124);
        var words = Enumerable.Range(0, 3000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 11)).Select(_ => (char)random.Next('a', 'z' + 1)))).ToArray();
        var text = new StringBuilder(ContentLength + 16);
        // Squares make the first words common ones, as they are in a language.
        while (text.Length < ContentLength)
            text.Append(words[random.Next(random.Next(1, words.Length))]).Append(random.Next(12) == 0 ? '\n' : ' ');
        return Encoding.ASCII.GetBytes(text.ToString(0, ContentLength));
    }
}
