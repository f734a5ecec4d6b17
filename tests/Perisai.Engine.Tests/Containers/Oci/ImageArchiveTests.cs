using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Perisai.Engine.Containers;
using Perisai.Engine.Tests.Containers.Hostile;
using Perisai.Engine.Tests.Containers.Volumes;

namespace Perisai.Engine.Tests.Containers.Oci;

/// <summary>Archives of container images in the layouts of docker save, old and new, and of OCI.</summary>
public sealed class ImageArchiveTests
{
    [Fact]
    public void LayersOfAnOldArchiveComeInOrder()
    {
        var (first, second) = (Layer(("etc/a", "one")), Layer(("etc/.wh.a", ""), ("opt/.wh..wh..opq", ""), ("opt/b", "two")));
        var (one, two) = (new string('a', 64), new string('b', 64));
        var archive = Tar(
            ($"{two}/VERSION", "1.0"u8.ToArray()), ($"{two}/layer.tar", second), ($"{one}/layer.tar", first),
            ("manifest.json", Encoding.ASCII.GetBytes($$"""[{"Config":"c.json","RepoTags":["app:1.0"],"Layers":["{{one}}/layer.tar","{{two}}/layer.tar"]}]""")));
        var sink = VolumeRun.Read(archive, FileType.Tar);
        sink.AssertClean();
        Assert.Equal(
            ["app:1.0 layer 1 of 2 (aaaaaaaaaaaa)", "app:1.0 layer 2 of 2 (bbbbbbbbbbbb)", $"{two}/VERSION", "manifest.json"],
            sink.Members.Select(member => member.Name));
        Assert.Equal(first, sink.Members[0].Content);
        Assert.Equal(second, sink.Members[1].Content);
        Assert.Equal([Observations.LayerDeletes], VolumeRun.Read(second, FileType.Tar).Observed);
        Assert.Empty(VolumeRun.Read(first, FileType.Tar).Observed);
    }

    [Fact]
    public void FindingsAreNamedByImageLayerAndPath()
    {
        var layers = new[] { Layer(("etc/passwd", "root")), Gzip(Layer(("usr/bin/evil", Encoding.Latin1.GetString(MarkerDefinitions.Marker)))), Layer(("usr/bin/.wh.evil", "")) };
        using var definitions = new MarkerDefinitions();
        using var scanner = new Scanner(definitions.Set, new() { AllMatches = true });
        using var source = new MemoryByteSource(Oci("registry/app:2", layers));
        var report = scanner.Scan(source, "image.tar");
        var path = Assert.Single(report.Findings.OfType<Detection>(), found => found.Path.Length > 3 && found.Path[^1] == "usr/bin/evil").Path;
        Assert.StartsWith("registry/app:2 layer 2 of 3 (", path[1], StringComparison.Ordinal);
        var observed = Assert.Single(report.Findings.OfType<Observation>());
        Assert.StartsWith("registry/app:2 layer 3 of 3 (", observed.Path[1], StringComparison.Ordinal);
        Assert.Equal("usr/bin/evil", observed.Detail);
    }

    [Fact]
    public void MissingLayersAndBrokenManifestsAreReported()
    {
        var archive = Tar(("oci-layout", "{}"u8.ToArray()), ("manifest.json", """[{"RepoTags":["a:1"],"Layers":["blobs/sha256/00"]}]"""u8.ToArray()));
        var sink = VolumeRun.Read(archive, FileType.Tar);
        Assert.Equal(("a:1 layer 1 of 1 (sha256)", NotScannedReason.MissingVolume), sink.NotScanned.Select(entry => (entry.Name, entry.Reason)).Single());
        sink = VolumeRun.Read(Tar(("oci-layout", "{}"u8.ToArray()), ("index.json", "[{{"u8.ToArray())), FileType.Tar);
        Assert.Equal("tar.bad-image-manifest", Assert.Single(sink.Faults).Id);
        Assert.Equal(2, sink.Members.Count);
    }

    /// <summary>An index that leads to itself, and one in another.</summary>
    [Fact]
    public void IndexesThatLoopEnd()
    {
        var inner = """{"manifests":[{"digest":"sha256:11"},{"digest":"sha256:22"}]}"""u8.ToArray();
        var manifest = """{"layers":[{"digest":"sha256:33"}]}"""u8.ToArray();
        var archive = Tar(
            ("oci-layout", "{}"u8.ToArray()), ("index.json", """{"manifests":[{"digest":"sha256:11","annotations":{"org.opencontainers.image.ref.name":"v3"}}]}"""u8.ToArray()),
            ("blobs/sha256/11", inner), ("blobs/sha256/22", manifest), ("blobs/sha256/33", Layer(("a", "b"))));
        var sink = VolumeRun.Read(archive, FileType.Tar);
        sink.AssertClean();
        Assert.Equal("v3 layer 1 of 1 (sha256)", sink.Members[0].Name);
        Assert.Equal(5, sink.Members.Count);
    }

    internal static byte[] Oci(string name, params byte[][] layers)
    {
        var entries = new List<(string, byte[])> { ("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray()) };
        var list = string.Join(',', layers.Select(layer => $$"""{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{Blob(layer)}}","size":{{layer.Length}}}"""));
        var manifest = Blob(Encoding.ASCII.GetBytes($$"""{"schemaVersion":2,"layers":[{{list}}]}"""));
        entries.Add(("index.json", Encoding.ASCII.GetBytes(
            $$$"""{"manifests":[{"digest":"{{{manifest}}}","annotations":{"io.containerd.image.name":"{{{name}}}","org.opencontainers.image.ref.name":"2"}}]}""")));
        return Tar([.. entries]);

        string Blob(byte[] content)
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(content));
            entries.Add(($"blobs/sha256/{digest}", content));
            return $"sha256:{digest}";
        }
    }

    internal static byte[] Layer(params (string Name, string Content)[] files) =>
        Tar([.. files.Select(file => (file.Name, Encoding.Latin1.GetBytes(file.Content)))]);

    internal static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(content);
        return packed.ToArray();
    }

    private static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content) in files)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }

        return bytes.ToArray();
    }
}
