using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Perisai.Linux;

namespace Perisai.Cli.Definitions;

/// <summary>
/// Compiled definitions in <c>$XDG_CACHE_HOME/perisai</c>, named by what they were made of: the sources' paths, sizes and times, the options, and the
/// program that compiled them. Losing an entry costs a compilation and nothing else.
/// </summary>
internal sealed class SegmentCache
{
    private static readonly TimeSpan s_keepUnused = TimeSpan.FromDays(30);

    private readonly string _folder;

    private SegmentCache(string folder) => _folder = folder;

    /// <summary>The cache of this user; null where there is no home, or the folder is another user's, who could put anything into it.</summary>
    public static SegmentCache? Open()
    {
        var home = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(home) || !Path.IsPathRooted(home))
        {
            home = Environment.GetEnvironmentVariable("HOME");
            if (string.IsNullOrEmpty(home) || !Path.IsPathRooted(home))
                return null;
            home = Path.Combine(home, ".cache");
        }

        var folder = Path.Combine(home, "perisai");
        try
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        var error = LinuxFile.Status(null, NameEncoding.EncodeTerminated(folder), followLink: true, out var status);
        return error == 0 && status.Owner == CurrentUser.Id ? new(folder) : null;
    }

    public string PathOf(string key) => Path.Combine(_folder, key + ".segment");

    /// <summary>The name under which these sources are kept; null where one of them cannot be examined, which compiling them will say.</summary>
    public string? KeyOf(DefinitionSources sources, IEnumerable<string> texts)
    {
        var description = new StringBuilder();
        AddFile(description, ProgramFile());
        description.AppendLine(CultureInfo.InvariantCulture, $"{sources.IncludeBuiltIn} {sources.AllowUnsigned} {sources.IncludePotentiallyUnwanted} {sources.CertificatesFolder}");
        foreach (var text in texts)
        {
            var path = Path.GetFullPath(text);
            if (!Directory.Exists(path))
            {
                if (!AddFile(description, path))
                    return null;
                continue;
            }

            var files = Directory.GetFiles(path, "*", SearchOption.AllDirectories);
            Array.Sort(files, StringComparer.Ordinal);
            description.AppendLine(path);
            if (!files.All(file => AddFile(description, file)))
                return null;
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(description.ToString())));
    }

    /// <summary>The path of an entry; null where there is none. <paramref name="warnings"/> is what was said when it was compiled.</summary>
    public string? Find(string key, out string warnings)
    {
        warnings = "";
        var path = PathOf(key);
        if (!File.Exists(path))
            return null;
        try
        {
            if (File.Exists(WarningsOf(key)))
                warnings = File.ReadAllText(WarningsOf(key));
            // The time of last use, for the eviction.
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A cache that can only be read serves too.
        }

        return path;
    }

    /// <summary>Keeps what was said of an entry, and drops entries that were not used for a month.</summary>
    public void AddWarnings(string key, string warnings)
    {
        try
        {
            if (warnings.Length > 0)
                File.WriteAllText(WarningsOf(key), warnings);
            foreach (var path in Directory.EnumerateFiles(_folder, "*.segment"))
            {
                if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > s_keepUnused)
                    Remove(Path.GetFileNameWithoutExtension(path));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without its warnings an entry would be silent about what it lacks.
            Remove(key);
        }
    }

    public void Remove(string key)
    {
        try
        {
            File.Delete(PathOf(key));
            File.Delete(WarningsOf(key));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays, and is refused again the next time.
        }
    }

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

    private string WarningsOf(string key) => Path.Combine(_folder, key + ".warnings");
}
