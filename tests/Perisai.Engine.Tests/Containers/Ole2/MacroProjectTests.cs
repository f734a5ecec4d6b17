using System.Text;
using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Ole2;
using Perisai.Engine.Containers.Ole2.Macros;

namespace Perisai.Engine.Tests.Containers.Ole2;

public sealed class MacroProjectTests
{
    private static readonly byte[] _source = Encoding.ASCII.GetBytes(
        "Attribute VB_Name = \"Module1\"\r\n" + string.Concat(Enumerable.Range(0, 400).Select(n => $"Sub S{n}()\r\n    x = x + {n * 7}\r\nEnd Sub\r\n")));

    [Fact]
    public void TheExampleOfTheSpecificationIsDecompressed()
    {
        // [MS-OVBA] 3.2.2, the chunk of the normal example.
        byte[] chunk = [0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64, 0x65, 0x82, 0x66, 0x00, 0x70, 0x61, 0x67, 0x68, 0x69, 0x6A, 0x01, 0x38, 0x08,
            0x61, 0x6B, 0x6C, 0x00, 0x30, 0x6D, 0x6E, 0x6F, 0x70, 0x06, 0x71, 0x02, 0x70, 0x04, 0x10, 0x72, 0x73, 0x74, 0x75, 0x76, 0x10, 0x77, 0x78,
            0x79, 0x7A, 0x00, 0x3C];
        byte[] packed = [1, (byte)(chunk.Length - 1), 0xB0, .. chunk];
        Assert.Equal("#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa", Encoding.ASCII.GetString(Decompress(packed)));
    }

    [Fact]
    public void WhatIsCompressedComesBack()
    {
        var noise = new byte[9000];
        new Random(2).NextBytes(noise);
        Assert.Equal(_source, Decompress(MacroBuilder.Compress(_source)));
        Assert.Equal(noise, Decompress(MacroBuilder.Compress(noise))[..noise.Length]);
    }

    [Fact]
    public void SourcesComeOutAndMacrosAreObserved()
    {
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().AddProject("Macros/VBA", ("Module1", MacroBuilder.Compress(_source))).ToArray());
        Assert.Equal(_source, Assert.Single(sink.Members, member => member.Name == "Macros/VBA/Module1.bas").Content);
        Assert.Equal([Observations.VbaMacros], sink.Observed);
        sink.AssertClean();
    }

    [Fact]
    public void ASourceThatTheDirectoryDoesNotLeadToIsFound()
    {
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().AddProject("VBA", ("Module1", [1, 2, 3]))
            .Add("VBA/Other", [.. new byte[77], .. MacroBuilder.Compress(_source)]).ToArray());
        Assert.Equal(_source, Assert.Single(sink.Members, member => member.Name == "VBA/Other.bas").Content);
    }

    [Fact]
    public void CodeWithoutItsSourceIsObserved()
    {
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().AddProject("VBA", ("Module1", [])).ToArray());
        Assert.Contains(Observations.MacrosWithoutSource, sink.Observed);
        Assert.Contains(sink.Faults, fault => fault.Id == Ole2Faults.BadMacroModule);
    }

    /// <summary>What clamscan 1.4.6 writes for this source.</summary>
    [Fact]
    public void AViewIsWrittenAsClamscanWritesIt()
    {
        var source = Encoding.Latin1.GetBytes("Attribute VB_Name = \"Module1\"\r\nX = \"A  B\" & _\r\n   \"C\tD\" \t  & Foo   \r\n\r\n' It's \u00E4 \"Quoted  Text\r\nNext = 1\r\n"
            + "Y = \"un\"\"Escaped  Q\" + Chr$(65)\r\n");
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().AddProject("VBA", ("Module1", MacroBuilder.Compress(source))).ToArray());
        var text = Encoding.UTF8.GetString(Assert.Single(sink.Members, member => member.Name == "macros").Content);
        Assert.Equal(
            "\n\nREM MODULENAME: Module1\nattribute vb_name = \"Module1\"\r\nx = \"A  B\" & \"C D\" & foo \r\n\r\n' it's \u00E4 \"Quoted  Text\r\nNext = 1\r\n"
            + "Y = \"un\"\"escaped q\" + Chr$(65)\r\n",
            text);
    }

    private static byte[] Decompress(byte[] packed)
    {
        using var input = new CodecInput(new MemoryByteSource(packed), 0, packed.Length, new ScanBudget(ScanLimits.Default));
        using var content = new MacroSourceStream(input);
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Modules whose compiled code runs and whose source was taken out: zeroed, cut off, or emptied.</summary>
    [Theory]
    [InlineData("zeroed")]
    [InlineData("cut")]
    [InlineData("emptied")]
    public void A_module_without_source_is_observed(string how)
    {
        byte[] source = how switch
        {
            "zeroed" => new byte[500],
            "cut" => [],
            _ => [1],
        };
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().AddProject("VBA", ("Module1", source)).ToArray());
        Assert.Contains(Perisai.Engine.Containers.Observations.MacrosWithoutSource, sink.Observed);
        sink = Ole2Reader.Instance.Read(new Ole2Builder().AddProject("VBA", ("Module1", MacroBuilder.Compress("Sub A()\r\nEnd Sub\r\n"u8.ToArray()))).ToArray());
        Assert.DoesNotContain(Perisai.Engine.Containers.Observations.MacrosWithoutSource, sink.Observed);
    }
}
