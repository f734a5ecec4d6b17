namespace Perisai.Cli.Walking;

/// <summary>Decides by name which entries below the arguments are scanned. A test is given the name and, when it asks, the whole path.</summary>
internal sealed class EntryFilter
{
    public static EntryFilter Everything { get; } = new();

    /// <summary>Files and directories that are left out.</summary>
    public IReadOnlyList<Predicate<FilePath>> Exclude { get; init; } = [];

    /// <summary>Directories that are left out, with everything in them.</summary>
    public IReadOnlyList<Predicate<FilePath>> ExcludeDirectories { get; init; } = [];

    /// <summary>Where there are some, files that none of them names are left out.</summary>
    public IReadOnlyList<Predicate<FilePath>> Include { get; init; } = [];

    /// <summary>Where there are some, directories that none of them names are left out.</summary>
    public IReadOnlyList<Predicate<FilePath>> IncludeDirectories { get; init; } = [];

    public bool TakesFile(FilePath path) => !Names(Exclude, path) && (Include.Count == 0 || Names(Include, path));

    public bool TakesDirectory(FilePath path) =>
        !Names(ExcludeDirectories, path) && (IncludeDirectories.Count == 0 || Names(IncludeDirectories, path));

    private static bool Names(IReadOnlyList<Predicate<FilePath>> tests, FilePath path)
    {
        foreach (var test in tests)
        {
            if (test(path))
                return true;
        }

        return false;
    }
}
