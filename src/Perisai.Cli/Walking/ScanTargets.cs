namespace Perisai.Cli.Walking;

/// <summary>What a scan was asked to look at: arguments, then the paths of a list.</summary>
/// <param name="paths">Arguments; <c>-</c> is standard input.</param>
/// <param name="list">A list of more; null where there is none.</param>
/// <param name="isListStandardInput">Whether that list is standard input, so that its <c>-</c> is only a name.</param>
internal sealed class ScanTargets(IReadOnlyList<string> paths, PathList? list, bool isListStandardInput)
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

            foreach (var entry in walker.Walk([path]))
                yield return entry;
        }

        foreach (var path in list?.Read(cancellation) ?? [])
        {
            if (path == "-" && !isListStandardInput)
            {
                yield return StandardInput.Read(cancellation);
                continue;
            }

            foreach (var entry in walker.Walk([path]))
                yield return entry;
        }
    }
}
