namespace Perisai.Engine.Tests.Modules;

/// <summary>Real programs for Windows that are found on a Linux machine.</summary>
internal static class PortableExecutables
{
    /// <summary>
    /// What these tests consist of, the reference assemblies and a part of the library of .NET, stubs that Python's packages bring along, the programs among
    /// ClamAV's test files. In an order that is the same each time.
    /// </summary>
    public static IReadOnlyList<string> Find(int maximum)
    {
        var dotnet = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));
        string[] folders =
        [
            "/usr/share/clamav-testfiles", "/usr/lib/python3/dist-packages", "/usr/share/python-wheels", AppContext.BaseDirectory,
            Path.Combine(dotnet, "packs"), Path.Combine(dotnet, "shared"),
        ];
        var groups = folders.Where(Directory.Exists).Select(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".exe" or ".dll" && new FileInfo(path).Length is > 0 and < 4 << 20)
            .Order(StringComparer.Ordinal).ToList()).Where(group => group.Count > 0).ToList();
        // From each group in turn, spread over the group.
        var files = new List<string>();
        var share = groups.Count == 0 ? 0 : Math.Max(1, maximum / groups.Count);
        foreach (var group in groups)
            files.AddRange(Enumerable.Range(0, Math.Min(share, group.Count)).Select(i => group[i * group.Count / Math.Min(share, group.Count)]));
        return [.. files.Take(maximum)];
    }
}
