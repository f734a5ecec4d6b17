using Perisai.Engine.Containers.Elf;

namespace Perisai.Engine.Tests.Containers.Elf;

public sealed class ElfContentReaderTests
{
    private const string Program = "/bin/true";

    [Fact]
    public void HandsOnDataBehindTheSections()
    {
        using var work = new WorkFolder();
        var packed = work.RunWithInput("the content"u8.ToArray(), "gzip", "-c");
        var sink = ElfContentReader.Instance.Read([.. Read(), .. packed, .. new byte[10]]);
        sink.AssertClean();
        Assert.Empty(sink.Observed);
        Assert.Equal(["overlay"], sink.Members.Select(member => member.Name));
        Assert.Equal((byte[])[.. packed, .. new byte[10]], sink.Members[0].Content);
    }

    [Fact]
    public void HandsOnSectionsThatAreFiles()
    {
        using var work = new WorkFolder();
        var packed = work.Write("payload", work.RunWithInput(new byte[5000], "xz", "-c"));
        work.Run("objcopy", "--add-section", ".payload=payload", Program, "with");
        var sink = ElfContentReader.Instance.Read(work.Bytes("with"));
        sink.AssertClean();
        Assert.Equal(["payload"], sink.Members.Select(member => member.Name));
        Assert.Equal(packed, sink.Members[0].Content);
    }

    [Fact]
    public void AnImageThatIsAProgramToo()
    {
        using var work = new WorkFolder();
        work.Write("files/a.txt", "the content"u8.ToArray());
        work.Run("genisoimage", "-quiet", "-R", "-o", "image", "files");
        var image = work.Bytes("image");
        // The first 32 KiB of an image are free.
        Read().AsSpan(0, 64).CopyTo(image);
        var sink = ElfContentReader.Instance.Read(image);
        Assert.Contains(sink.Members, member => member.Content.AsSpan().SequenceEqual("the content"u8));
    }

    [Fact]
    public void SurvivesDamage() => ElfContentReader.Instance.AssertSurvivesDamage([.. Read(), .. "and something behind it"u8], 73);

    private static byte[] Read()
    {
        Assert.SkipUnless(File.Exists(Program), $"{Program} is missing.");
        return File.ReadAllBytes(Program);
    }
}
