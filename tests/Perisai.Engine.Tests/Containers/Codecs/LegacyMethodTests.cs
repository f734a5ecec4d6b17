using Perisai.Engine.Containers.Zip;
using Perisai.Engine.Tests.Containers.Zip;

namespace Perisai.Engine.Tests.Containers.Codecs;

/// <summary>Shrink and reduce: our own encoders, with Info-ZIP and SharpCompress as witnesses that they are right.</summary>
public sealed class LegacyMethodTests
{
    public static TheoryData<string, int> Methods
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var sample in Samples().Keys)
            {
                for (var method = 1; method <= 5; method++)
                    data.Add(sample, method);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void DecodesWhatTheEncodersWrite(string sample, int method)
    {
        var content = Samples()[sample];
        var bytes = Archive(content, method);
        var sink = ZipReader.Instance.Read(bytes);
        sink.AssertClean();
        Assert.True(content.AsSpan().SequenceEqual(sink.Members.Single().Content));

        using var archive = SharpCompress.Archives.Zip.ZipArchive.OpenArchive(new MemoryStream(bytes));
        using var entry = archive.Entries.Single().OpenEntryStream();
        var other = new MemoryStream();
        entry.CopyTo(other);
        Assert.True(content.AsSpan().SequenceEqual(other.ToArray()));
    }

    [Fact]
    public void UnzipReadsTheSameFromShrunkEntries()
    {
        using var work = new WorkFolder();
        var content = Samples()["code"];
        work.Write("a.zip", Archive(content, 1));
        Assert.True(content.AsSpan().SequenceEqual(work.Run("unzip", "-p", "a.zip")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void SurvivesDamage(int method) =>
        ZipReader.Instance.AssertSurvivesDamage(Archive(Samples()["text"], method), 40 + method);

    [Fact]
    public void ImplodeSurvivesDamage()
    {
        const string Sample = "/usr/share/clamav-testfiles/clam.impl.zip";
        if (!File.Exists(Sample))
            Assert.Skip("ClamAV's test files are not installed.");
        ZipReader.Instance.AssertSurvivesDamage(File.ReadAllBytes(Sample), 46);
    }

    private static byte[] Archive(byte[] content, int method) => new ZipBuilder().Add(
        "a", content, (ushort)method, method == 1 ? LegacyEncoders.Shrink(content) : LegacyEncoders.Reduce(content, method - 1)).ToArray();

    private static Dictionary<string, byte[]> Samples() => new()
    {
        ["text"] = System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 700).Select(n => $"line {n} of {n * 7919 % 1000}"))),
        ["zeros"] = new byte[5000],
        ["escapes"] = [.. Enumerable.Repeat((byte)144, 400), .. Enumerable.Range(0, 256).Select(n => (byte)n)],
        ["code"] = File.ReadAllBytes(typeof(object).Assembly.Location).AsSpan(2_000_000, 40_000).ToArray(),
    };
}
