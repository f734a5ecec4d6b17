namespace Perisai.Cli.Walking;

/// <summary>How trees are walked.</summary>
internal sealed record WalkOptions
{
    /// <summary>Follow symbolic links to files below the arguments.</summary>
    public bool FollowFileLinks { get; init; }

    /// <summary>Follow symbolic links to directories below the arguments.</summary>
    public bool FollowDirectoryLinks { get; init; }

    /// <summary>Follow links that are arguments themselves. On, as every tool does.</summary>
    public bool FollowArguments { get; init; } = true;

    /// <summary>Do not enter directories on another file system than the argument's.</summary>
    public bool OneFileSystem { get; init; }

    /// <summary>Enter the directories of arguments.</summary>
    public bool EnterDirectories { get; init; } = true;

    /// <summary>Enter the directories within them.</summary>
    public bool Recursive { get; init; } = true;

    /// <summary>Levels of directories below an argument that are entered, the argument's own included.</summary>
    public int MaximumDepth { get; init; } = int.MaxValue;

    /// <summary>Files below the arguments that are longer are left out, as over budget.</summary>
    public long MaximumLength { get; init; } = long.MaxValue;

    /// <summary>Which files and directories are left out.</summary>
    public EntryFilter Filter { get; init; } = EntryFilter.Everything;

    /// <summary>Only look, do not open: to know the size of what lies ahead.</summary>
    public bool CountOnly { get; init; }
}
