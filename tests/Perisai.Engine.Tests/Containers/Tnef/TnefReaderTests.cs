using Perisai.Engine.Containers.Tnef;

namespace Perisai.Engine.Tests.Containers.Tnef;

public sealed class TnefReaderTests
{
    private const string Samples = "/usr/share/clamav-testfiles/";

    [Fact]
    public void ReadsTheSampleOfClamAv()
    {
        var sink = TnefReader.Instance.Read(Sample());
        Assert.Empty(sink.NotScanned);
        // The sample was edited after it was written.
        Assert.Equal(3, sink.Faults.Count(f => f.Id == TnefFaults.WrongChecksum));
        Assert.All(sink.Faults, f => Assert.True(f.Id is TnefFaults.WrongChecksum or TnefFaults.TrailingData));
        var found = Assert.Single(sink.Members, m => m.Content.AsSpan().SequenceEqual(File.ReadAllBytes(Samples + "clam.exe")));
        Assert.Equal("clam.exe", found.Name);
        var rtf = Assert.Single(sink.Members, m => m.Name == "body.rtf");
        Assert.StartsWith("{\\rtf1", System.Text.Encoding.Latin1.GetString(rtf.Content));
        Assert.Equal((byte)'}', rtf.Content.AsSpan().TrimEnd("\0\r\n"u8)[^1]);
        Assert.Contains(sink.Members, m => m.Content.AsSpan().IndexOf("<HTML>"u8) >= 0);
    }

    [Fact]
    public void SurvivesDamage() => TnefReader.Instance.AssertSurvivesDamage(Sample(), 7);

    private static byte[] Sample()
    {
        if (!File.Exists(Samples + "clam.tnef"))
            Assert.Skip("The package clamav-testfiles is not installed.");
        return File.ReadAllBytes(Samples + "clam.tnef");
    }
}
