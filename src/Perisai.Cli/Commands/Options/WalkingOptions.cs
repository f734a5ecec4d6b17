using System.CommandLine;
using Perisai.Cli.Walking;

namespace Perisai.Cli.Commands.Options;

/// <summary>Which files are scanned.</summary>
internal sealed class WalkingOptions
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Files and folders to scan, with everything in them; - is standard input",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _filesFrom = new("--files-from")
    {
        Description = "Scan also what this file lists, one path a line; - is standard input",
        HelpName = "FILE",
    };

    private readonly Option<bool> _null = new("--null", "-0") { Description = "The paths of --files-from end with a zero byte, as find -print0 writes them" };

    private readonly Option<string[]> _include = new("--include")
    {
        Description = "Scan only files whose name, or path where the pattern has a slash, matches (repeatable; * ? [a-z] **)",
        HelpName = "GLOB",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _exclude = new("--exclude")
    {
        Description = "Leave out files and folders that match (repeatable)",
        HelpName = "GLOB",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _oneFileSystem = new("--one-file-system", "-x") { Description = "Do not enter folders on another file system" };

    private readonly Option<bool> _follow = new("--follow-symlinks", "-L")
    {
        Description = "Follow symbolic links below the arguments too; each target folder once",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_paths);
        foreach (var option in (Option[])[_filesFrom, _null, _include, _exclude, _oneFileSystem, _follow])
            command.Options.Add(option);
    }

    public WalkOptions Read(ParseResult result)
    {
        var follow = result.GetValue(_follow);
        var exclude = Tests(result.GetValue(_exclude));
        return new()
        {
            FollowFileLinks = follow,
            FollowDirectoryLinks = follow,
            OneFileSystem = result.GetValue(_oneFileSystem),
            Filter = new() { Include = Tests(result.GetValue(_include)), Exclude = exclude, ExcludeDirectories = exclude },
        };
    }

    /// <summary>What to scan, in order.</summary>
    /// <exception cref="UsageException">There is nothing, or the list cannot be opened.</exception>
    public ScanTargets Targets(ParseResult result)
    {
        var paths = result.GetValue(_paths) ?? [];
        var list = result.GetValue(_filesFrom);
        if (paths.Length == 0 && list is null)
            throw new UsageException("nothing to scan. Name files or folders, - for standard input, or --files-from FILE.");
        if (paths.Contains("-") && list == "-")
            throw new UsageException("--files-from: standard input cannot be both the list and what is scanned. Name a file for one of them.");
        if (list is null)
            return new(paths, null, false);
        try
        {
            var file = list == "-" ? null : File.OpenRead(list);
            var terminator = result.GetValue(_null) ? (byte)0 : (byte)'\n';
            return new(paths, new(cancellation => (Stream?)file ?? new InterruptibleInput(cancellation), terminator), list == "-");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--files-from: {exception.Message}");
        }
    }

    private static List<Predicate<FilePath>> Tests(string[]? patterns) =>
        [.. (patterns ?? []).Select(pattern => (Predicate<FilePath>)new Glob(pattern).Matches)];
}
