using Perisai.Linux;

namespace Perisai.Cli.Walking;

/// <summary>
/// A path as a chain of names, so that a tree a thousand directories deep costs a name an entry and not a path an entry. The names are
/// in the lossless form of <see cref="NameEncoding"/>.
/// </summary>
internal sealed class FilePath(FilePath? parent, string name)
{
    /// <summary>The directory; null for an argument, whose name may itself be a path.</summary>
    public FilePath? Parent { get; } = parent;

    public string Name { get; } = name;

    public override string ToString()
    {
        if (Parent is null)
            return Name;
        var names = new List<string>();
        for (var at = this; at is not null; at = at.Parent)
            names.Add(at.Parent is null && at.Name != "/" ? at.Name.TrimEnd('/') : at.Name == "/" ? "" : at.Name);
        names.Reverse();
        return string.Join('/', names);
    }
}
