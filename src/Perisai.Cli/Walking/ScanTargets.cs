namespace Perisai.Cli.Walking;

/// <summary>What a scan was asked to look at: arguments, then the paths of a list.</summary>
/// <param name="paths">Arguments; <c>-</c> is standard input.</param>
/// <param name="list">A list of more; null where there is none.</param>
/// <param name="isListStandardInput">Whether that list is standard input, so that its <c>-</c> is only a name.</param>
/// <param name="screen">Looks at each path first; an entry that it returns stands for the path, which is then not walked.</param>
internal sealed class ScanTargets(
    IReadOnlyList<string> paths, PathList? list, bool isListStandardInput, Func<string, WalkEntry?>? screen = null)
{
    /// <summary>Whether the targets can be walked twice, once to count them.</summary>
    public bool CanBeCounted => list is null && !paths.Contains("-");

    public IReadOnlyList<string> Paths => paths;

    /// <summary>Walks everything once.</summary>
    public IEnumerable<WalkEntry> Walk(TreeWalker walker, CancellationToken cancellation)
    {
        foreach (var path in paths)
        {
            if (path == "-")
            {
                yield return StandardInput.Read(cancellation);
                continue;
            }

            foreach (var entry in Walk(walker, path))
                yield return entry;
        }

        foreach (var path in list?.Read(cancellation) ?? [])
        {
            if (path == "-" && !isListStandardInput)
            {
                yield return StandardInput.Read(cancellation);
                continue;
            }

            foreach (var entry in Walk(walker, path))
                yield return entry;
        }
    }

    private IEnumerable<WalkEntry> Walk(TreeWalker walker, string path) => screen?.Invoke(path) is { } entry ? [entry] : walker.Walk([path]);
}
