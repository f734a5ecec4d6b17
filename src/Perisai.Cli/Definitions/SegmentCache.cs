using Perisai.Cli.Reports;
using Perisai.Linux;

namespace Perisai.Cli.Definitions;

/// <summary>
/// Compiled definitions in <c>$XDG_CACHE_HOME/perisai</c>, each under its key (<see cref="SegmentCacheKey"/>): the segment, and what was said when it was
/// compiled. Losing an entry costs a compilation and nothing else. Each compilation makes room: entries go that were not used for 30 days, and those
/// unused for longest while there are more than 32 or they have more than 1 GiB together. The newest stays, however large.
/// </summary>
internal sealed class SegmentCache
{
    /// <summary>Four times what all of ClamAV's official databases compile to.</summary>
    private const long MaximumLength = 1L << 30;

    private const int MaximumEntries = 32;
    private const int KeyLength = 64;
    private const string Segment = ".segment";
    private const string Warnings = ".warnings";

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

    public string PathOf(string key) => Path.Combine(_folder, key + Segment);

    /// <summary>The path of an entry; null where there is none. <paramref name="warnings"/> is what was said when it was compiled.</summary>
    public string? Find(string key, out string warnings)
    {
        warnings = "";
        var path = PathOf(key);
        // One without its warnings, whose process was killed between the two, would be silent about what it lacks.
        if (!File.Exists(path) || !File.Exists(WarningsOf(key)))
            return null;
        try
        {
            warnings = File.ReadAllText(WarningsOf(key));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        try
        {
            // The time of last use, by which entries go.
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A cache that can only be read serves too.
        }

        return path;
    }

    /// <summary>Completes an entry with what was said of it, and makes room.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void AddWarnings(string key, string warnings)
    {
        AtomicFile.Write(WarningsOf(key), writer => writer.Write(warnings));
        try
        {
            MakeRoom(key);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process makes room at the same time.
        }
    }

    /// <summary>
    /// Drops an entry. A scan that uses it goes on: on Linux a file that is mapped, or open, lives without its name.
    /// </summary>
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

    private void MakeRoom(string newest)
    {
        var entries = new DirectoryInfo(_folder).EnumerateFiles()
            .Where(file => file.Extension is Segment or Warnings && file.Name.Length == KeyLength + file.Extension.Length)
            .GroupBy(file => file.Name[..KeyLength])
            .Where(files => files.Key != newest)
            .Select(files => (Key: files.Key, Used: files.Max(file => file.LastWriteTimeUtc), Length: files.Sum(file => file.Length)))
            .OrderByDescending(entry => entry.Used);
        var kept = 1;
        var length = new FileInfo(PathOf(newest)).Length;
        foreach (var entry in entries.ToList())
        {
            kept++;
            length += entry.Length;
            if (kept > MaximumEntries || length > MaximumLength || DateTime.UtcNow - entry.Used > s_keepUnused)
                Remove(entry.Key);
        }
    }

    private string WarningsOf(string key) => Path.Combine(_folder, key + Warnings);
}
