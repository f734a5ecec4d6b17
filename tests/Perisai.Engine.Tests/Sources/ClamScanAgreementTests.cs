using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Perisai.Engine.Tests.Sources;

/// <summary>Digest databases, allow and ignore lists: the same verdicts as clamscan's, file by file.</summary>
public sealed class ClamScanAgreementTests
{
    private const int FileCount = 60;

    [Theory]
    [InlineData("hdb")]
    [InlineData("hsb")]
    [InlineData("hdu")]
    [InlineData("hsu")]
    public void Digests_of_files(string extension)
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(extension.Sum(c => c));
        var files = WriteFiles(directory, random);
        using (var database = File.CreateText(directory.File($"x.{extension}")))
        {
            for (var i = 0; i < files.Length; i++)
                WriteLine(database, random, File.ReadAllBytes(files[i]), $"File.{i}", sizeFirst: false);
        }

        AssertAgrees(directory, $"x.{extension}", files, atLeast: 15, isUnwanted: extension.EndsWith('u'));
    }

    [Theory]
    [InlineData("mdb")]
    [InlineData("msb")]
    [InlineData("mdu")]
    [InlineData("msu")]
    public void Digests_of_sections(string extension)
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(extension.Sum(c => c));
        var files = new List<string>();
        using (var database = File.CreateText(directory.File($"x.{extension}")))
        {
            for (var i = 0; i < FileCount; i++)
            {
                var builder = new PeBuilder { Is64Bit = i % 3 == 0 };
                for (var section = random.Next(1, 4); section > 0; section--)
                    builder.Section(RandomBytes(random, random.Next(1, 3000)));
                var (file, sections) = builder.Build();
                files.Add(directory.File($"pe{i}"));
                File.WriteAllBytes(files[^1], file);
                WriteLine(database, random, sections[random.Next(sections.Length)], $"Section.{i}", sizeFirst: true);
            }
        }

        AssertAgrees(directory, $"x.{extension}", [.. files], atLeast: 15, isUnwanted: extension.EndsWith('u'));
    }

    [Fact]
    public void Digests_of_import_tables()
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(77);
        var files = new List<string>();
        using (var database = File.CreateText(directory.File("x.imp")))
        {
            for (var i = 0; i < FileCount; i++)
            {
                var builder = new PeBuilder { Is64Bit = i % 3 == 0 }.Section(RandomBytes(random, 700)).Imports(
                    ("KERNEL32.dll", [$"Function{i}", "ExitProcess"]), ("User32.DLL", ["MessageBoxA"]));
                files.Add(directory.File($"pe{i}"));
                // The names must not lie in the file's last bytes, which are passed over.
                File.WriteAllBytes(files[^1], [.. builder.Build().File, .. new byte[1000]]);
                WriteLine(database, random, Encoding.ASCII.GetBytes(builder.ImportText()), $"Imports.{i}", sizeFirst: false);
            }
        }

        AssertAgrees(directory, "x.imp", [.. files], atLeast: 15, isUnwanted: false);
    }

    [Fact]
    public void A_file_on_an_allow_list_is_clean_with_all_that_is_in_it()
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(7);
        Directory.CreateDirectory(directory.File("db"));
        var bad = Enumerable.Range(0, 8).Select(_ => RandomBytes(random, random.Next(50, 4000))).ToArray();
        var files = new List<string>();
        void Write(string name, byte[] content)
        {
            files.Add(directory.File(name));
            File.WriteAllBytes(files[^1], content);
        }

        for (var i = 0; i < bad.Length; i++)
        {
            Write($"bad{i}", bad[i]);
            Write($"zip{i}.zip", Zip(bad[i], 1));
            Write($"nested{i}.zip", Zip(bad[i], 2));
        }

        File.WriteAllLines(directory.File("db/x.hdb"), bad.Select((content, i) => $"{Hex(MD5.HashData(content))}:{content.Length}:Bad.{i}"));
        File.WriteAllLines(directory.File("db/x.fp"),
        [
            // The file itself; its zip; its zip within a zip; another size, which allows nothing; any size.
            $"{Hex(MD5.HashData(bad[0]))}:{bad[0].Length}:Good.0",
            $"{Hex(MD5.HashData(Zip(bad[1], 1)))}:{Zip(bad[1], 1).Length}:Good.1",
            $"{Hex(MD5.HashData(Zip(bad[2], 2)))}:{Zip(bad[2], 2).Length}:Good.2",
            $"{Hex(MD5.HashData(bad[3]))}:{bad[3].Length + 1}:Good.3",
            $"{Hex(MD5.HashData(bad[4]))}:*:Good.4:73",
        ]);
        File.WriteAllLines(directory.File("db/x.sfp"),
        [
            $"{Hex(SHA256.HashData(bad[5]))}:{bad[5].Length}:Good.5",
            $"{Hex(SHA1.HashData(Zip(bad[6], 1)))}:*:Good.6:73",
        ]);
        var verdicts = ClamScan.Run(directory, directory.File("db"), false, [.. files]);
        Assert.Equal(verdicts, ClamScan.Scan(directory.File("db"), false, [.. files]));
        Assert.InRange(verdicts.Count(name => name is null), 8, 20);
    }

    [Theory]
    [InlineData("a.ign2", "Test.Alpha.One")]
    [InlineData("a.ign2", "Test.Alpha.One.UNOFFICIAL")]
    [InlineData("a.ign2", "Alpha.One")]
    [InlineData("a.ign2", "Test.Alpha")]
    [InlineData("a.ign2", "test.alpha.one")]
    [InlineData("a.ign2", "Test.Alpha.One ")]
    [InlineData("a.ign2", "e")]
    [InlineData("a.ign2", "#Test.Alpha.One")]
    [InlineData("a.ign2", "Test.Alpha.One:{line}")]
    [InlineData("a.ign2", "Test.Alpha.One:{LINE}")]
    [InlineData("a.ign2", "Test.Alpha.One:00112233445566778899aabbccddeeff")]
    [InlineData("a.ign2", "Test.Alpha.One:00112233445566778899aabbccddeeff\nTest.Alpha.One:{line}")]
    [InlineData("a.ign2", "x:y:Test.Alpha.One")]
    [InlineData("z.ign", "x.hdb:1:Test.Alpha.One")]
    [InlineData("z.ign", "Test.Alpha.One")]
    public void What_an_ignore_list_names_is_ignored(string name, string text)
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("db"));
        var contents = Enumerable.Range(0, 4).Select(i => Encoding.ASCII.GetBytes($"content number {i}")).ToArray();
        var lines = new[] { "Test.Alpha.One", "My.Test.Alpha.One", "Test.Alpha.One.More", "Test.Alpha.One" }
            .Select((signature, i) => $"{Hex(MD5.HashData(contents[i]))}:{contents[i].Length}:{signature}").ToArray();
        File.WriteAllText(directory.File("db/x.hdb"), string.Join("\r\n", lines));
        var digest = Hex(MD5.HashData(Encoding.ASCII.GetBytes(lines[0])));
        File.WriteAllText(directory.File($"db/{name}"), text.Replace("{line}", digest).Replace("{LINE}", digest.ToUpperInvariant()) + "\n");
        var files = contents.Select((_, i) => directory.File($"f{i}")).ToArray();
        for (var i = 0; i < files.Length; i++)
            File.WriteAllBytes(files[i], contents[i]);
        ClamScan.AssertAgrees(directory, directory.File("db"), false, files);
    }

    /// <summary>Where clamscan refuses the whole database for one line, the line is told of; where it loads it, it means the same here.</summary>
    [Theory]
    [InlineData("{md5}:{size}:A")]
    [InlineData("{md5}:{size}:A\r\n{other}:{size}:B\r\n")]
    [InlineData("{md5}:{size}:A\r\r\n")]
    [InlineData("#comment\n{md5}:{size}:A\n")]
    [InlineData(" #comment\n{md5}:{size}:A\n")]
    [InlineData("{md5}:{size}:A\n\n{other}:{size}:B\n")]
    [InlineData("{md5}:{size}:A\0and more\n{other}:{size}:B\n")]
    [InlineData("\0{md5}:{size}:A\n")]
    [InlineData("{md5}:{size}:A name \n")]
    [InlineData("{md5}:+{size}:A\n")]
    [InlineData("{md5}: {size}:A\n")]
    [InlineData("{md5}:{size} :A\n")]
    [InlineData("{md5}:-{size}:A\n")]
    [InlineData("{md5}:0{size}:A\n")]
    [InlineData("{md5}:0x{size}:A\n")]
    [InlineData("{md5}:4294967294:A\n")]
    [InlineData("{md5}:4294967295:A\n")]
    [InlineData("{md5}:99999999999999999999:A\n")]
    [InlineData("{md5}:{size}:A:\n")]
    [InlineData("{md5}:{size}:A:abc\n")]
    [InlineData("{md5}:{size}:A:216\n")]
    [InlineData("{md5}:{size}:A:217\n{other}:{size}:B\n")]
    [InlineData("{md5}:{size}:A:1:215\n{other}:{size}:B\n")]
    [InlineData("{md5}:{size}:A:1:216\n")]
    [InlineData("{md5}:{size}:A:1:\n{other}:{size}:B\n")]
    [InlineData("{md5}:*:A:73\n")]
    [InlineData("{md5}:*:A:72\n")]
    [InlineData("{md5}:*:A\n")]
    [InlineData(" {md5}:{size}:A\n")]
    [InlineData("{md5}\n")]
    [InlineData("::\n")]
    public void Lines_of_odd_forms(string text)
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("db"));
        byte[][] contents = ["the first content"u8.ToArray(), "another content.."u8.ToArray()];
        var files = contents.Select((_, i) => directory.File($"f{i}")).ToArray();
        for (var i = 0; i < files.Length; i++)
            File.WriteAllBytes(files[i], contents[i]);
        text = text.Replace("{md5}", Hex(MD5.HashData(contents[0]))).Replace("{other}", Hex(MD5.HashData(contents[1]))).Replace("{size}", $"{contents[0].Length}");
        File.WriteAllText(directory.File("db/x.hdb"), text);
        var theirs = ClamScan.TryRun(directory, directory.File("db"), false, files);
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("db"));
        using var definitions = builder.BuildTemporary(out var report);
        if (theirs is null)
            Assert.NotEmpty(report.Diagnostics);
        else
            Assert.Empty(report.Diagnostics);
        if (theirs is not null)
            Assert.Equal(theirs, ClamScan.Scan(definitions, false, files));
    }

    private static void AssertAgrees(TemporaryDirectory directory, string database, string[] files, int atLeast, bool isUnwanted)
    {
        Directory.CreateDirectory(directory.File("db"));
        File.Move(directory.File(database), directory.File($"db/{database}"));
        var verdicts = ClamScan.Run(directory, directory.File("db"), true, files);
        Assert.Equal(verdicts, ClamScan.Scan(directory.File("db"), true, files));
        Assert.InRange(verdicts.Count(name => name is not null), atLeast, files.Length - 5);
        if (!isUnwanted)
        {
            Assert.Equal(verdicts, ClamScan.Scan(directory.File("db"), false, files));
            return;
        }

        // Without being asked for, clamscan does not load the database at all, and refuses to run with nothing loaded.
        File.WriteAllText(directory.File("db/other.hdb"), $"{new string('0', 32)}:1:Other\n");
        Assert.Equal(ClamScan.Run(directory, directory.File("db"), false, files), ClamScan.Scan(directory.File("db"), false, files));
    }

    /// <summary>A line for the bytes: right, or wrong in one of the ways that keep it from matching; each of the three digests.</summary>
    private static void WriteLine(TextWriter database, Random random, byte[] bytes, string name, bool sizeFirst)
    {
        var digest = Hex(random.Next(3) switch
        {
            0 => MD5.HashData(bytes),
            1 => SHA1.HashData(bytes),
            _ => SHA256.HashData(bytes),
        });
        if (random.Next(3) == 0)
            digest = digest.ToUpperInvariant();
        var (size, levels) = random.Next(8) switch
        {
            0 or 1 => ($"{bytes.Length}", ""),
            2 => ($"{bytes.Length}", ":51:300"),
            3 => ("*", ":73"),
            4 => ("*", ":80:255"),
            5 => ($"{bytes.Length + 1}", ""),
            6 => ($"{bytes.Length}", ":999"),
            _ => ($"{bytes.Length}", ":1:90"),
        };
        database.Write(sizeFirst ? $"{size}:{digest}:{name}{levels}" : $"{digest}:{size}:{name}{levels}");
        database.Write(random.Next(2) == 0 ? "\n" : "\r\n");
    }

    private static string[] WriteFiles(TemporaryDirectory directory, Random random)
    {
        var files = new string[FileCount];
        for (var i = 0; i < files.Length; i++)
        {
            files[i] = directory.File($"file{i}");
            File.WriteAllBytes(files[i], RandomBytes(random, random.Next(1, 5000)));
        }

        return files;
    }

    private static byte[] Zip(byte[] content, int depth)
    {
        for (; depth > 0; depth--)
        {
            var output = new MemoryStream();
            using (var archive = new ZipArchive(output, ZipArchiveMode.Create))
            {
                var entry = archive.CreateEntry("member", CompressionLevel.Optimal);
                entry.LastWriteTime = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var stream = entry.Open();
                stream.Write(content);
            }

            content = output.ToArray();
        }

        return content;
    }

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
