using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Perisai.Cli.Tests.ClamScan;

/// <summary>A small tree with a small database: plain hits, archives, links, an empty file, folders below one another.</summary>
public sealed class ScannedTree : IDisposable
{
    public ScannedTree()
    {
        Root = Directory.CreateTempSubdirectory("perisai-clamscan-").FullName;
        Write("db/t.ndb", $"Test.One:0:*:{Convert.ToHexString("MARK-ONE"u8)}\nTest.Two:0:*:{Convert.ToHexString("MARK-TWO"u8)}\n");
        Write("tree/bad", "MARK-ONE");
        Write("tree/both", "MARK-ONE MARK-TWO");
        Write("tree/ok", "nothing");
        Write("tree/empty", "");
        Write("tree/name with space", "MARK-TWO");
        Write("tree/sub/b2", "MARK-TWO");
        Write("tree/sub/deep/c", "nothing");
        Directory.CreateDirectory(Path.Combine(Root, "tree/hollow"));
        File.CreateSymbolicLink(Path.Combine(Root, "tree/link"), "bad");
        Directory.CreateSymbolicLink(Path.Combine(Root, "tree/folder-link"), "sub");
        using (var archive = ZipFile.Open(Path.Combine(Root, "tree/a.zip"), ZipArchiveMode.Create))
        {
            archive.CreateEntryFromFile(Path.Combine(Root, "tree/ok"), "ok");
            archive.CreateEntryFromFile(Path.Combine(Root, "tree/bad"), "inner/bad");
        }

        using var packed = new GZipStream(File.Create(Path.Combine(Root, "tree/t.tgz")), CompressionLevel.Optimal);
        using var tar = new TarWriter(packed);
        tar.WriteEntry(Path.Combine(Root, "tree/sub/b2"), "b2");
    }

    public string Root { get; }

    public void Write(string path, string text) => Write(path, Encoding.Latin1.GetBytes(text));

    public void Write(string path, ReadOnlySpan<byte> content)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
