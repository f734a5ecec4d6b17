using Perisai.Engine.Tests.Containers.Rar;

namespace Perisai.Cli.Tests.Commands;

/// <summary>The EICAR test file inside archives that the usual programs make.</summary>
public sealed class ContainerScanTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public ContainerScanTests() => _folder.Write("in/eicar.com", Eicar.Content);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Zip_in_tar_gz()
    {
        Tool.RunIn(_folder["in"], "zip", "-q", "a.zip", "eicar.com");
        Tool.RunIn(_folder["in"], "tar", "czf", _folder["a.tar.gz"], "a.zip");
        IsDetected("a.tar.gz", "a.zip > eicar.com");
    }

    [Fact]
    public void Seven_zip()
    {
        Tool.RunIn(_folder["in"], "7z", "a", "-bd", _folder["a.7z"], "eicar.com");
        IsDetected("a.7z", "eicar.com");
    }

    [Fact]
    public void Iso_image()
    {
        Tool.RunIn(_folder.Path, "genisoimage", "-quiet", "-J", "-R", "-o", _folder["a.iso"], "in");
        IsDetected("a.iso", "eicar.com");
    }

    [Fact]
    public void Mail()
    {
        Tool.RunIn(_folder["in"], "zip", "-q", "invoice.zip", "eicar.com");
        var attachment = Convert.ToBase64String(File.ReadAllBytes(_folder["in/invoice.zip"]), Base64FormattingOptions.InsertLineBreaks);
        _folder.Write("a.eml", $"""
            From: someone@example.org
            To: other@example.org
            Subject: invoice
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="edge"

            --edge
            Content-Type: text/plain

            See the attachment.
            --edge
            Content-Type: application/zip; name="invoice.zip"
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename="invoice.zip"

            {attachment}
            --edge--

            """.ReplaceLineEndings("\r\n"));
        IsDetected("a.eml", "invoice.zip > eicar.com");
    }

    [Fact]
    public void An_archive_that_is_not_opened_is_counted_as_scanned_in_part()
    {
        _folder.Write("a.sit", "SIT!\0\x01\0\0\0\x16rLau\x02\0");
        var run = PerisaiProcess.Run("scan", _folder["a.sit"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"{_folder["a.sit"]}: not scanned (unsupported, in part: StuffIt: what it holds was not opened.)", run.Output);
        Assert.Contains("scanned           1 (1 of them in part)", run.Output);
        Assert.Equal(2, PerisaiProcess.Run("scan", "--strict", _folder["a.sit"]).ExitCode);
    }

    [Fact]
    public void Zip_with_a_password()
    {
        Tool.RunIn(_folder["in"], "zip", "-q", "-P", "a secret", _folder["a.zip"], "eicar.com");
        var without = PerisaiProcess.Run("scan", _folder["a.zip"]);
        Assert.Equal(0, without.ExitCode);
        Assert.Contains($"{_folder["a.zip"]} > eicar.com: not scanned (encrypted: No password was given.)", without.Output);
        Assert.Equal(2, PerisaiProcess.Run("scan", "--strict", _folder["a.zip"]).ExitCode);
        IsDetected("a.zip", "eicar.com", "--password", "wrong", "--password", "a secret");
        IsDetected("a.zip", "eicar.com", "--passwords-file", _folder.Write("passwords", "wrong\r\na secret\n"));
    }

    [Fact]
    public void Encrypted_names_say_so_and_whether_a_password_was_given()
    {
        Tool.RunIn(_folder["in"], "7z", "a", "-bd", "-psecret", "-mhe=on", _folder["a.7z"], "eicar.com");
        string[] wrong = ["--password", "wrong"];
        foreach (var (options, said) in new[] { ([], "No password was given."), (wrong, "No password opens it.") })
        {
            Assert.Contains(
                $"{_folder["a.7z"]} > archive: not scanned (encrypted: The names are encrypted too. {said})",
                PerisaiProcess.Run(["scan", .. options, _folder["a.7z"]]).Output);
        }

        IsDetected("a.7z", "eicar.com", "--password", "secret");
    }

    [Fact]
    public void A_decoder_beyond_the_limit_names_what_it_needs_and_the_option_that_allows_it()
    {
        Tool.RunIn(_folder["in"], "7z", "a", "-bd", "-m0=PPMd", "-mhc=off", _folder["a.7z"], "eicar.com");
        // What 7z a -mx9 writes for a large file: here the program itself asks for less. Both decode to the same.
        var archive = File.ReadAllBytes(_folder["a.7z"]);
        var properties = archive.AsSpan().LastIndexOf((byte[])[0x03, 0x04, 0x01, 0x05]) + 4;
        BitConverter.TryWriteBytes(archive.AsSpan(properties + 1), 192 << 20);
        File.WriteAllBytes(_folder["a.7z"], archive);
        var result = PerisaiProcess.Run("scan", _folder["a.7z"]);
        Assert.Contains(
            $"{_folder["a.7z"]} > eicar.com: not scanned (over budget, --max-decoder-memory: The decoder needs 192 MiB of memory.)", result.Output);
        Assert.Contains("over budget 1", result.Output);
        IsDetected("a.7z", "eicar.com", "--max-decoder-memory", "192M");
    }

    [Fact]
    public void Not_in_containers_when_they_are_not_opened()
    {
        Tool.RunIn(_folder["in"], "zip", "-q", _folder["a.zip"], "eicar.com");
        Assert.Equal(0, PerisaiProcess.Run("scan", "--no-archives", _folder["a.zip"]).ExitCode);
    }

    [Fact]
    public void A_folder_of_all_of_them_names_each_with_its_way_through_the_containers()
    {
        var content = File.ReadAllBytes(_folder["in/eicar.com"]);
        _folder.Write("all/plain.com", content);
        Tool.RunIn(_folder["in"], "zip", "-q", _folder["b.zip"], "eicar.com");
        Tool.RunIn(_folder.Path, "tar", "czf", _folder["all/a.tar.gz"], "b.zip");
        Tool.RunIn(_folder["in"], "7z", "a", "-bd", _folder["all/a.7z"], "eicar.com");
        Tool.RunIn(_folder["in"], "zip", "-q", "-P", "a secret", _folder["all/locked.zip"], "eicar.com");
        Tool.RunIn(_folder.Path, "genisoimage", "-quiet", "-J", "-R", "-o", _folder["all/a.iso"], "in");
        _folder.Write("all/old.rar", RarBuilder.Build4(("eicar.com", content)));
        _folder.Write("all/new.rar", RarBuilder.Build5(("eicar.com", content)));
        _folder.Write("all/a.eml", $"Subject: invoice\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=\"eicar.com\"\r\n"
            + $"Content-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(content)}\r\n");
        var result = PerisaiProcess.Run("scan", "--password", "a secret", _folder["all"]);
        Assert.Equal(1, result.ExitCode);
        foreach (var way in (string[])["plain.com", "a.tar.gz > a.tar > b.zip > eicar.com", "a.7z > eicar.com", "locked.zip > eicar.com", "a.iso > eicar.com", "old.rar > eicar.com", "new.rar > eicar.com", "a.eml > eicar.com"])
            Assert.Contains(result.Lines, line => line.StartsWith($"{_folder["all"]}/{way}: detected {Eicar.Name} ", StringComparison.Ordinal));
        Assert.Contains("detected          8", result.Output);
    }

    private void IsDetected(string file, string inner, params string[] options)
    {
        var result = PerisaiProcess.Run(["scan", "-q", .. options, _folder[file]]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(result.Lines, line => line.StartsWith(_folder[file] + " > ", StringComparison.Ordinal)
            && line.Contains($"{inner}: detected {Eicar.Name} (built-in/eicar.ldb:", StringComparison.Ordinal));
    }
}
