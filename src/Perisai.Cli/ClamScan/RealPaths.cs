using Perisai.Cli.Walking;
using Perisai.Linux;

namespace Perisai.Cli.ClamScan;

/// <summary>Absolute paths without symbolic links. An argument is resolved once; what lies below it goes by its names. For one thread.</summary>
internal sealed class RealPaths
{
    private FilePath? _root;
    private string _rootPath = "";

    public string Of(FilePath path)
    {
        var names = new Stack<string>();
        var at = path;
        for (; at.Parent is not null; at = at.Parent)
            names.Push(at.Name);
        if (!ReferenceEquals(at, _root))
        {
            _root = at;
            _rootPath = Resolve(at.Name);
        }

        return names.Count == 0 ? _rootPath : $"{_rootPath.TrimEnd('/')}/{string.Join('/', names)}";
    }

    private static string Resolve(string argument)
    {
        using var handle = LinuxFile.Open(null, NameEncoding.EncodeTerminated(argument), followLink: true, out var opened) == 0 ? opened : null;
        return (handle is null ? null : LinuxFile.PathOf(handle)) ?? Path.GetFullPath(argument);
    }
}
