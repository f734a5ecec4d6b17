namespace Perisai.Engine.Containers;

/// <summary>
/// The name that the programs of formats for one file give to what they decompress: that of the compressed file without its suffix.
/// </summary>
internal static class DecompressedName
{
    /// <summary>Suffixes, and what takes their place.</summary>
    private static readonly (string Suffix, string Replacement)[] Suffixes =
    [
        (".gz", ""), (".bz2", ""), (".bz", ""), (".xz", ""), (".lzma", ""), (".lz", ""), (".zst", ""), (".lz4", ""), (".z", ""),
        (".tgz", ".tar"), (".taz", ".tar"), (".tbz2", ".tar"), (".tbz", ".tar"), (".txz", ".tar"), (".tlz", ".tar"), (".tzst", ".tar"),
        (".svgz", ".svg"),
    ];

    /// <summary>The name for the content of a file or member; null where it has none of the suffixes, or nothing before it.</summary>
    /// <param name="container">Its name, or its path, of which only what follows the last slash counts. Case does not.</param>
    public static string? Of(string container)
    {
        var name = container.AsSpan(container.LastIndexOf('/') + 1);
        foreach (var (suffix, replacement) in Suffixes)
        {
            if (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return string.Concat(name[..^suffix.Length], replacement);
        }

        return null;
    }
}
