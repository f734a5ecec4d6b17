using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Perisai.Linux;

namespace Perisai.Cli.Definitions;

/// <summary>
/// Names a cached segment by all that it depends on: paths, sizes, times and inodes of the sources, of detached signatures and trusted certificates where
/// these are looked at, and of the program that compiles; and the options.
/// </summary>
internal static class SegmentCacheKey
{
    /// <summary>The key, 64 hexadecimal digits; null where something cannot be examined, which compiling will say.</summary>
    public static string? Of(DefinitionSources sources, IEnumerable<string> texts)
    {
        var description = new StringBuilder();
        AddFile(description, ProgramFile());
        description.AppendLine(
            CultureInfo.InvariantCulture,
            $"{sources.IncludeBuiltIn} {sources.AllowUnsigned} {sources.IncludePotentiallyUnwanted} {sources.CertificatesFolder is not null} {sources.IncludeLinks} {sources.IncludePhishing}");
        if (sources.CertificatesFolder is { } certificates)
        {
            description.AppendLine(Path.GetFullPath(certificates));
            if (!Directory.Exists(certificates) || !AddFiles(description, Directory.GetFiles(Path.GetFullPath(certificates)).Order(StringComparer.Ordinal)))
                return null;
        }

        foreach (var text in texts)
        {
            // Each source begins with its path, so that no two lists of files look the same.
            var path = Path.GetFullPath(text);
            description.AppendLine(path);
            var files = Directory.Exists(path) ? SourceFolder.Files(path) : [path, .. sources.CertificatesFolder is null ? [] : SignaturesBeside(path)];
            if (!AddFiles(description, files))
                return null;
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(description.ToString())));
    }

    /// <summary>
    /// Where a detached signature of this file may lie: its name holds a version that only the file knows, so any that begins as the file does will do.
    /// Those in a folder that is a source are among its files.
    /// </summary>
    private static IEnumerable<string> SignaturesBeside(string path)
    {
        var start = Path.GetFileNameWithoutExtension(path);
        return Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.sign", new EnumerationOptions { AttributesToSkip = 0 })
            .Where(file => Path.GetFileName(file).StartsWith(start, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
    }

    private static bool AddFiles(StringBuilder description, IEnumerable<string> paths) => paths.All(path => AddFile(description, path));

    private static bool AddFile(StringBuilder description, string path)
    {
        if (LinuxFile.Status(null, NameEncoding.EncodeTerminated(path), followLink: true, out var status) != 0)
            return false;
        description.AppendLine(CultureInfo.InvariantCulture, $"{path} {status.Length} {status.Modified} {status.Identity.Inode}");
        return true;
    }

    /// <summary>The file whose change means another compiler: the engine where it is a file of its own, else this program.</summary>
    private static string ProgramFile()
    {
        var engine = Path.Combine(AppContext.BaseDirectory, "Perisai.Engine.dll");
        return File.Exists(engine) ? engine : Environment.ProcessPath ?? "";
    }
}
