using System.IO.Compression;
using System.Resources;
using Perisai.Engine.Containers.Pe;
using Perisai.Engine.Formats;
using Perisai.Engine.Tests.Containers.Hostile;
using Perisai.Engine.Tests.Containers.Zip;

namespace Perisai.Engine.Tests.Containers.Pe;

public sealed class PeContentReaderTests
{
    private static readonly byte[] _zip = new ZipBuilder().Add("a", [0, 1, 2, 0xFF, .. MarkerDefinitions.Marker]).Add("b", "more"u8.ToArray()).ToArray();

    private static readonly byte[] _code = [0x55, 0x8B, 0xEC, 0xC3];

    /// <summary>Found by fuzzing: the difference of the file's length and such an offset has no place in 32 bits.</summary>
    [Theory]
    [InlineData(0xC8000200u)]
    [InlineData(0xFFFFFE00u)]
    public void ASectionFarBehindTheEndIsSurvived(uint offset)
    {
        var program = new ProgramBuilder().Add(".text", new byte[600]).ToArray();
        BitConverter.TryWriteBytes(program.AsSpan(0x80 + 24 + 224 + 20), offset);
        PeContentReader.Instance.Read(program);
    }

    [Fact]
    public void HandsOnResourcesAndDataBehindTheSections()
    {
        var script = "#!/bin/sh\necho something longer than the shortest part\n"u8.ToArray();
        var gzip = Gzip(MarkerDefinitions.Marker);
        var program = new ProgramBuilder { Overlay = gzip }.Add(".text", _code).AddResource(_zip).AddResource(script).AddResource(new byte[500]).ToArray();
        var sink = PeContentReader.Instance.Read(program);
        sink.AssertClean();
        Assert.Empty(sink.Observed);
        Assert.Equal(["resources/RCDATA/1", "resources/RCDATA/2", "overlay"], sink.Members.Select(member => member.Name));
        Assert.Equal(_zip, sink.Members[0].Content);
        Assert.Equal(script, sink.Members[1].Content);
        Assert.Equal(gzip, sink.Members[2].Content);
    }

    /// <summary>An archive is found once, whether the reader knows where it is or its mark shows it.</summary>
    [Fact]
    public void WhatIsFoundByMarksIsNotHandedOnTwice()
    {
        using var definitions = new MarkerDefinitions();
        using var scanner = new Scanner(definitions.Set, new ScanOptions { AllMatches = true });
        var inner = new ProgramBuilder().Add(".text", _code).Add(".data", [.. "plain "u8, .. MarkerDefinitions.Marker]).ToArray();
        var outer = new ProgramBuilder { Overlay = [.. "something that is nothing"u8, .. _zip, .. "between"u8, .. inner] }
            .Add(".text", _code).Add(".data", [.. new byte[100], .. _zip, .. new byte[100]]).AddResource(_zip).AddResource(inner).ToArray();
        var report = scanner.Scan(new MemoryByteSource(outer), "outer.exe");
        Assert.Equal(
            [
                "outer.exe/appended.zip/a", "outer.exe/appended.zip/a", "outer.exe/embedded.exe", "outer.exe/resources/RCDATA/1/a",
                "outer.exe/resources/RCDATA/2",
            ],
            report.Findings.OfType<Detection>().Where(found => found.Path.Length > 1).Select(found => string.Join('/', found.Path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void BrokenHeadersAreObserved()
    {
        var program = new ProgramBuilder { EntryPoint = 0x700000 }.Add(".text", _code).ToArray();
        Assert.Equal(["Executable.Broken"], PeContentReader.Instance.Read(program).Observed);
    }

    /// <summary>As clamscan --alert-broken says of the same changes.</summary>
    [Theory]
    [InlineData(0x80 + 0x3C, 0xB1, true)]
    [InlineData(0x80 + 0x38, 0x01, true)]
    [InlineData(0x80 + 0x104, 0xFF, true)]
    [InlineData(0x80 + 0x105, 0x30, true)]
    [InlineData(0x80 + 0x06, 0xE3, true)]
    [InlineData(0x80 + 0x08, 0xFF, false)]
    public void FlawsOfHeadersAreObserved(int at, byte value, bool isBroken)
    {
        var program = new ProgramBuilder().Add(".text", _code).Add(".data", _code).ToArray();
        program[at] = value;
        Assert.Equal(isBroken, PeContentReader.Instance.Read(program).Observed.Contains("Executable.Broken"));
    }

    [Fact]
    public void ValuesOfResourceFilesAreHandedOn()
    {
        var memory = new MemoryStream();
        using (var writer = new ResourceWriter(memory))
        {
            writer.AddResource("archive", _zip);
            writer.AddResource("nothing", new byte[1000]);
            writer.AddResource("text", "a text");
            writer.AddResource("stream", new MemoryStream(Gzip(MarkerDefinitions.Marker)), closeAfterWrite: true);
            writer.Generate();
            byte[] bytes = [.. "before"u8, .. memory.ToArray()];
            var source = new MemoryByteSource(bytes);
            var sink = new RecordingSink();
            var reader = new PagedReader(new BoundedReader(source, sink.Budget));
            Assert.True(ResourcesFile.IsOne(reader, 6));
            ResourcesFile.HandOn(reader, source, 6, bytes.Length - 6, "set", sink);
            Assert.Equal(["resources/set/archive", "resources/set/stream"], sink.Members.Select(member => member.Name).Order(StringComparer.Ordinal));
            Assert.Contains(sink.Members, member => member.Content.AsSpan().SequenceEqual(_zip));
        }
    }

    [Fact]
    public void ResourcesOfARealAssemblyAreHandedOn()
    {
        // The test's own: see the project file.
        var sink = PeContentReader.Instance.Read(File.ReadAllBytes(typeof(PeContentReaderTests).Assembly.Location));
        sink.AssertClean();
        Assert.Contains(sink.Members, member => member.Name == "resources/samples.sh" && member.Content.AsSpan().StartsWith("#!/bin/sh"u8));
    }

    [Fact]
    public void SurvivesDamage()
    {
        var program = new ProgramBuilder { Overlay = Gzip(MarkerDefinitions.Marker) }.Add(".text", _code).AddResource(_zip).AddResource(new byte[500]).ToArray();
        PeContentReader.Instance.AssertSurvivesDamage(program, 71);
    }

    private static byte[] Gzip(byte[] content)
    {
        var memory = new MemoryStream();
        using (var stream = new GZipStream(memory, CompressionLevel.Optimal))
            stream.Write(content);
        return memory.ToArray();
    }
}
