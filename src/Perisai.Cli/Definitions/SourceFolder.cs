using System.IO.Enumeration;

namespace Perisai.Cli.Definitions;

/// <summary>A folder of definitions, as the builder walks it.</summary>
internal static class SourceFolder
{
    private static readonly EnumerationOptions s_options = new() { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden };

    /// <summary>
    /// The files in a folder and the folders in it, in the order of their names' UTF-16 codes, without hidden ones and without those behind links to folders.
    /// </summary>
    /// <exception cref="IOException">It cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be listed.</exception>
    public static IReadOnlyList<string> Files(string folder)
    {
        var files = new List<string>(new FileSystemEnumerable<string>(folder, static (ref FileSystemEntry entry) => entry.ToFullPath(), s_options)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = static (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        });
        files.Sort(StringComparer.Ordinal);
        return files;
    }
}
