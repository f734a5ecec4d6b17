using Perisai.Engine.Containers.Appended;
using Perisai.Engine.Tests.Containers.Pe;
using Perisai.Engine.Tests.Containers.Rar;
using Perisai.Engine.Tests.Containers.Zip;

namespace Perisai.Engine.Tests.Containers.Appended;

public sealed class AppendedReaderTests
{
    private static readonly byte[] _content = "the content"u8.ToArray();

    [Fact]
    public void HandsOnEachArchiveOnceAndWhole()
    {
        using var work = new WorkFolder();
        work.Write("t", _content);
        work.Run("7z", "a", "-bd", "a.7z", "t");
        var archives = new (string Name, byte[] Bytes)[]
        {
            ("appended.zip", new ZipBuilder().Add("a", _content).Add("b", _content, 0).ToArray("a comment")),
            ("appended.7z", work.Bytes("a.7z")),
            ("appended.rar", RarBuilder.Build4(("a", _content))),
            ("appended.rar", RarBuilder.Build5(("a", _content))),
            ("appended.zip", Streamed(work)),
        };
        var stub = new byte[5000];
        new Random(4).NextBytes(stub);
        // One behind another, with something between them.
        byte[] all = [.. stub, .. archives.SelectMany(a => (byte[])[.. a.Bytes, .. "between"u8])];
        var sink = Read(all);
        sink.AssertClean();
        Assert.Equal(archives.Select(a => a.Name), sink.Members.Select(m => m.Name));
        for (var index = 0; index < archives.Length; index++)
            Assert.Equal(archives[index].Bytes, sink.Members[index].Content);
    }

    [Fact]
    public void AStoredArchiveInAnArchiveIsTheArchivesBusiness()
    {
        var inner = new ZipBuilder().Add("x", _content).ToArray();
        byte[] outer = [.. "stub"u8, .. new ZipBuilder().Add("inner.zip", inner, 0).Add("b", RarBuilder.Build5(("a", _content)), 0).ToArray()];
        Assert.Equal(["appended.zip"], Read(outer).Members.Select(m => m.Name));
        Assert.Equal(["appended.rar"], Read([.. "stub"u8, .. RarBuilder.Build4(("inner.zip", inner))]).Members.Select(m => m.Name));
    }

    [Fact]
    public void DoesNotTakeMarksForArchives()
    {
        var noise = new byte[1 << 20];
        var random = new Random(8);
        random.NextBytes(noise);
        for (var count = 0; count < 500; count++)
        {
            byte[] mark = random.Next(4) switch
            {
                0 => "PK\u0003\u0004"u8.ToArray(),
                1 => [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4],
                2 => "Rar!\u001a\u0007\u0001\0"u8.ToArray(),
                _ => "MSCF\0\0\0\0"u8.ToArray(),
            };
            mark.CopyTo(noise, random.Next(noise.Length - 8));
        }

        var sink = Read(noise);
        sink.AssertClean();
        Assert.Empty(sink.Members);
    }

    [Fact]
    public void HandsOnProgramsAsFarAsTheirHeadersSay()
    {
        var program = new ProgramBuilder().Add(".text", new byte[700]).Add(".data", "data"u8.ToArray()).ToArray();
        byte[] false1 = [.. "MZ"u8, .. new byte[58], 0x40, 0, 0, 0, .. "PE\0\0"u8, .. new byte[300]];
        var sink = Read([.. "stub"u8, .. program, .. false1, .. program, .. new byte[77]]);
        sink.AssertClean();
        Assert.Equal(["embedded.exe", "embedded.exe"], sink.Members.Select(m => m.Name));
        Assert.All(sink.Members, member => Assert.Equal(program, member.Content));
    }

    [Fact]
    public void TheLastProgramIsHandedOnWithWhatItReadsFromItsFile()
    {
        var program = new ProgramBuilder().Add(".text", new byte[700]).ToArray();
        byte[] whole = [.. program, .. "its own data"u8];
        var sink = Read([.. "stub"u8, .. program, .. whole]);
        Assert.Equal([program, program, whole], sink.Members.Select(m => m.Content));
    }

    [Fact]
    public void HandsOnFileSystems()
    {
        using var work = new WorkFolder();
        work.Write("files/a", new byte[10_000]);
        work.Run("mksquashfs", "files", "image", "-quiet", "-no-progress");
        var image = work.Bytes("image");
        var sink = Read([.. new byte[4321], .. image, .. "behind"u8]);
        Assert.Equal(["appended.squashfs"], sink.Members.Select(m => m.Name));
        // It is filled up to a whole block behind the length that it states.
        Assert.Equal(image[..BitConverter.ToInt32(image, 40)], sink.Members[0].Content);
    }

    [Fact]
    public void StopsAfterManyArchives()
    {
        var zip = new ZipBuilder().Add("a", _content).ToArray();
        var bytes = Enumerable.Repeat(zip, 2000).SelectMany(z => z).ToArray();
        var sink = Read(bytes);
        Assert.Equal([AppendedFaults.TooMany], sink.Losses.Select(f => f.Id));
        Assert.Equal(64, sink.Members.Count);
    }

    [Fact]
    public void SurvivesDamage()
    {
        byte[] bytes =
        [
            .. "stub"u8, .. new ZipBuilder().Add("a", _content).Add("b", _content, 0).ToArray("a comment"),
            .. RarBuilder.Build4(("a", _content)), .. RarBuilder.Build5(("a", _content)),
        ];
        new AppendedReader().AssertSurvivesDamage(bytes, 41);
    }

    private static byte[] Streamed(WorkFolder work)
    {
        work.Write("u", new byte[100_000]);
        return work.RunWithInput(null, "zip", "-q", "-", "t", "u");
    }

    private static RecordingSink Read(byte[] bytes)
    {
        var sink = new RecordingSink();
        new AppendedReader().Read(new MemoryByteSource(bytes), sink);
        return sink;
    }
}
