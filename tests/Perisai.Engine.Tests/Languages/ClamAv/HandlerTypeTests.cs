namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Logical signatures that have an object looked at once more as one of another type (HandlerType), beside clamscan.</summary>
public sealed class HandlerTypeTests
{
    private static readonly byte[] s_program = new Tests.Sources.PeBuilder()
        .Section([.. new byte[300], .. "MARKED and OTHER"u8, .. new byte[200]]).Build().File;

    [Theory]
    [InlineData("program", "Target:1,HandlerType:CL_TYPE_PDF", 0, null)]
    [InlineData("program", "Target:1,HandlerType:CL_TYPE_PDF", 10, "Test.Other")]
    [InlineData("program", "Target:1,HandlerType:CL_TYPE_PDF", 11, null)]
    [InlineData("program", "Target:1,HandlerType:CL_TYPE_MSEXE", 0, "Test.Marked")]
    [InlineData("program", "Target:0,HandlerType:CL_TYPE_PDF", 0, "Test.Marked")]
    [InlineData("program", "Target:0,HandlerType:CL_TYPE_ZIP", 0, "Test.Marked")]
    [InlineData("program", "Target:6,HandlerType:CL_TYPE_PDF", 10, null)]
    [InlineData("text", "Target:7,HandlerType:CL_TYPE_PDF", 10, "Test.Marked")]
    [InlineData("text", "Target:7,HandlerType:CL_TYPE_TEXT_ASCII", 0, "Test.Marked")]
    [InlineData("program", "Target:1,HandlerType:CL_TYPE_NOTHING", 0, null)]
    public void Objects_are_looked_at_as_what_a_signature_says(string file, string description, int otherTarget, string? name)
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("db"));
        File.WriteAllBytes(directory.File("file"), file == "program" ? s_program : "a text that is MARKED and OTHER\n"u8.ToArray());
        var marked = file == "text" ? "marked"u8 : "MARKED"u8;
        File.WriteAllText(directory.File("db/x.ldb"), $"Test.Marked;Engine:51-255,{description};0;{Convert.ToHexString(marked)}\n");
        if (otherTarget > 0)
            File.WriteAllText(directory.File("db/x.ndb"), $"Test.Other:{otherTarget}:*:{Convert.ToHexString("OTHER"u8)}\n");
        Assert.Equal([name], Tests.Sources.ClamScan.Scan(directory.File("db"), false, directory.File("file")));
        Tests.Sources.ClamScan.AssertAgrees(directory, directory.File("db"), false, directory.File("file"));
    }

    /// <summary>A text that is no mail by its head: what its parts hold is found because a signature says that it is one.</summary>
    [Fact]
    public void The_reader_of_the_type_is_used()
    {
        using var scan = new ClamScan { OpenContainers = true };
        scan.AddFile([.. "\u0001\u0002\nHANDLED\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n"u8,
            .. System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String([.. new byte[30], .. "MARKED"u8, .. new byte[30]])), .. "\n"u8]);
        scan.AddSignature("ldb", $"Test.Handled;Engine:51-255,Target:0,HandlerType:CL_TYPE_MAIL;0;{Convert.ToHexString("HANDLED"u8)}");
        scan.AddSignature("ndb", $"Test.Marked:0:*:{Convert.ToHexString("MARKED"u8)}");
        ClamScan.AssertAgrees(scan, atLeast: 2);
    }

    [Fact]
    public void It_is_one_definition()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("x.ldb"), "Test.Marked;Engine:51-255,Target:1,HandlerType:CL_TYPE_PDF;0;4d41524b4544\n");
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("x.ldb"));
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Equal((1L, 1), (report.Loaded["ldb"], definitions.Segments.Single().Definitions));
        Assert.Single(definitions.List());
    }
}
