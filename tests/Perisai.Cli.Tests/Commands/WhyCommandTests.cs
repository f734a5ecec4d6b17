namespace Perisai.Cli.Tests.Commands;

public sealed class WhyCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_detection_within_containers_is_shown_byte_by_byte()
    {
        _folder.Write("in/eicar.com", Eicar.Content);
        _folder.Write("in/clean.txt", "clean");
        Tool.RunIn(_folder["in"], "zip", "-q", "inner.zip", "eicar.com", "clean.txt");
        Tool.RunIn(_folder["in"], "tar", "cf", _folder["outer.tar"], "inner.zip");
        var path = _folder["outer.tar"];
        var result = PerisaiProcess.Run("why", path);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("Detected in 1 object of 4.", result.Output);
        Assert.Contains($"{path} > inner.zip > eicar.com\n", result.Output);
        Assert.Contains("MD5         44d88612fea8a8f36de82e1278abb02f", result.Output);
        Assert.Contains("SHA-256     275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f", result.Output);
        Assert.Contains("definition  built-in/eicar.ldb, line ", result.Output);
        Assert.Contains("34 bytes at offset 0 (0x0)", result.Output);
        Assert.Contains("00000000  58 35 4f 21 50 25 40 41  50 5b 34 5c 50 5a 58 35  |X5O!P%@AP[4\\PZX5|", result.Output);
        Assert.Contains("eicar.com  (text, 68 B)  <- detected Eicar-Test-Signature", result.Output);
        Assert.Contains("clean.txt  (text, 5 B)\n", result.Output);
    }

    [Fact]
    public void A_member_can_be_named_and_one_that_is_not_there_is_refused()
    {
        _folder.Write("in/eicar.com", Eicar.Content);
        _folder.Write("in/clean.txt", "clean");
        Tool.RunIn(_folder["in"], "zip", "-q", _folder["a.zip"], "eicar.com", "clean.txt");
        var clean = PerisaiProcess.Run("why", _folder["a.zip"], "clean.txt");
        Assert.Equal(0, clean.ExitCode);
        Assert.StartsWith("Nothing is detected.", clean.Output);
        var none = PerisaiProcess.Run("why", _folder["a.zip"], "other.txt");
        Assert.Equal(2, none.ExitCode);
        Assert.Contains("there is no other.txt", none.Error);
        Assert.Contains("clean.txt", none.Error);
    }

    [Fact]
    public void The_bytes_around_a_match_are_shown()
    {
        var definitions = _folder.Write("mine.ndb", "Mine:0:*:6d61726b6572\n");
        var result = PerisaiProcess.Run("why", _folder.Write("text", "0123456789abcdef0123 the marker is here, and goes on"), "--defs", definitions);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("6 bytes at offset 25 (0x19)", result.Output);
        Assert.Contains("|0123 the marker |", result.Output);
        Assert.Contains("                                            ^^ ^^ ^^ ^^ ^^ ^^\n", result.Output);
    }

    [Fact]
    public void What_cannot_be_read_is_2()
    {
        Assert.Contains("No such file", PerisaiProcess.Run("why", _folder["missing"]).Error);
        var folder = PerisaiProcess.Run("why", _folder.Path);
        Assert.Equal(2, folder.ExitCode);
        Assert.Contains("a directory", folder.Error);
    }
}
