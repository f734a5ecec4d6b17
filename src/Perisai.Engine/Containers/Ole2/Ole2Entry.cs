namespace Perisai.Engine.Containers.Ole2;

/// <summary>An entry of the directory: a storage (a folder), a stream (a file), or the root.</summary>
internal sealed class Ole2Entry
{
    public required string Name { get; init; }

    public required Ole2Kind Kind { get; init; }

    public required uint Left { get; init; }

    public required uint Right { get; init; }

    public required uint Child { get; init; }

    /// <summary>The first sector of its content.</summary>
    public required uint Start { get; init; }

    public required long Length { get; init; }

    /// <summary>The storage that it is in; null for the root, and for what no tree leads to.</summary>
    public Ole2Entry? Parent { get; set; }

    /// <summary>Whether a tree led here.</summary>
    public bool IsReached { get; set; }

    public bool IsStream => Kind == Ole2Kind.Stream;

    /// <summary>Its name with those of the storages around it.</summary>
    public string Path
    {
        get
        {
            // As deep as storages lie in one another in any document; what is deeper keeps the end of its path.
            var path = Name;
            var depth = 0;
            for (var storage = Parent; storage is { Kind: not Ole2Kind.Root } && depth < 32; storage = storage.Parent, depth++)
                path = $"{storage.Name}/{path}";
            return path;
        }
    }

    public bool IsNamed(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
