using System.Globalization;
using System.Text;
using Perisai.Engine;

namespace Perisai.Cli.ClamScan;

/// <summary>
/// The databases of a folder as clamscan takes them: files whose extension it knows, in either case, hidden ones too, none of the folders within. Of a
/// container that is there as .cvd and as .cld the newer one counts.
/// </summary>
internal static class DatabaseFolder
{
    private static readonly string[] s_containers = ["cvd", "cld", "cud"];

    private static readonly string[] s_texts =
    [
        "hdb", "hdu", "hsb", "hsu", "mdb", "mdu", "msb", "msu", "imp", "fp", "sfp", "ign", "ign2", "db", "ndb", "ndu", "sdb", "ldb", "ldu", "cdb", "idb",
        "crb", "ftm", "cfg", "pdb", "wdb", "gdb", "pwdb", "zmd", "rmd", "cbc", "yar", "yara", "ioc", "cat",
    ];

    /// <summary>The files, by the bytes of their names.</summary>
    /// <param name="folder">It.</param>
    /// <param name="onlyContainers">Leave out what does not come in a container that may be signed.</param>
    public static IReadOnlyList<string> Files(string folder, bool onlyContainers)
    {
        var files = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None })
            .Where(path => IsOf(path, s_containers) || (!onlyContainers && (IsOf(path, s_texts) || DefinitionSet.IsSegment(path))))
            .Order(StringComparer.Ordinal).ToList();
        foreach (var older in files.Where(path => IsOlder(path, files)).ToList())
            files.Remove(older);
        return files;
    }

    private static bool IsOf(string path, string[] extensions) => extensions.Contains(Path.GetExtension(path).TrimStart('.'), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the same container lies beside it in the other form and is newer; of equal ones the .cld is taken.</summary>
    private static bool IsOlder(string path, List<string> files)
    {
        var (mine, other) = Path.GetExtension(path) switch { ".cvd" => (".cvd", ".cld"), ".cld" => (".cld", ".cvd"), _ => ("", "") };
        if (mine.Length == 0 || !files.Contains(path[..^mine.Length] + other))
            return false;
        var (version, otherVersion) = (VersionOf(path), VersionOf(path[..^mine.Length] + other));
        return mine == ".cvd" ? version <= otherVersion : version < otherVersion;
    }

    /// <summary>The third field of the header; 0 where it says none.</summary>
    private static long VersionOf(string path)
    {
        Span<byte> header = stackalloc byte[512];
        using var file = File.OpenHandle(path);
        var fields = Encoding.Latin1.GetString(header[..RandomAccess.Read(file, header, 0)]).Split(':');
        return fields.Length > 2 && long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }
}
