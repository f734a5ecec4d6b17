using System.IO.Compression;

namespace Perisai.Fuzz;

/// <summary>
/// The seeds under fuzz/seeds, a folder a target: valid samples that the tests made, compressed and in base64, so that no scanner of this tree
/// sees a container in them.
/// </summary>
internal static class Seeds
{
    private static readonly string? _root = FindRoot();

    /// <summary>The target's own; all of them for a target that looks at objects of every kind and has no folder.</summary>
    public static IReadOnlyList<byte[]> Of(string target)
    {
        var folder = Path.Combine(_root ?? "", target);
        if (_root is null)
            return [];
        var files = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.txt")
            : Directory.EnumerateFiles(_root, "*.txt", SearchOption.AllDirectories);
        return [.. files.Order(StringComparer.Ordinal).Select(Decode)];
    }

    private static byte[] Decode(string path)
    {
        using var packed = new MemoryStream(Convert.FromBase64String(File.ReadAllText(path)));
        using var gzip = new GZipStream(packed, CompressionMode.Decompress);
        var content = new MemoryStream();
        gzip.CopyTo(content);
        return content.ToArray();
    }

    private static string? FindRoot()
    {
        for (var at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Directory.Exists(Path.Combine(at, "fuzz/seeds")))
                return Path.Combine(at, "fuzz/seeds");
        }

        return null;
    }
}
