using System.Text;
using Perisai.Engine.Languages.HashLists;

namespace Perisai.Engine.Sources;

/// <summary>A file to load definitions from.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">How definitions and diagnostics name it.</param>
/// <param name="WasNamed">Whether the caller named the file itself, and not a folder that holds it.</param>
internal sealed record SourceFile(string Path, string Name, bool WasNamed)
{
    /// <summary>The namespace of the rules in it; null for one of its own. Set where the caller says that it holds rules.</summary>
    public string? Namespace { get; init; }

    /// <summary>What the kind is judged by where the extension says nothing.</summary>
    private const int HeadLength = 4096;

    /// <summary>
    /// The file's kind; null where there is none. A .txt in a folder counts as a list of digests only where it looks like one: many a folder
    /// holds a README.txt.
    /// </summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public DatabaseKind? FindKind()
    {
        if (Namespace is not null)
            return DatabaseKind.Rules;
        var kind = DatabaseKind.Of(Path);
        if (kind is not null && (WasNamed || !kind.IsHashList || kind.Name != "txt"))
            return kind;
        var head = ReadHead();
        if (HashList.Recognises(head))
            return DatabaseKind.HashList;
        return head.StartsWith("ClamAV-VDB:", StringComparison.Ordinal) ? DatabaseKind.Of("x.cvd") : null;
    }

    /// <summary>
    /// Whether it belongs in a folder of ClamAV's and holds no definitions: the detached signature of a container, which is read with that, or what
    /// freshclam remembers.
    /// </summary>
    public bool IsCompanion => !WasNamed
        && (System.IO.Path.GetExtension(Path) == ".sign" || System.IO.Path.GetFileName(Path) is "freshclam.dat" or "mirrors.dat");

    private string ReadHead()
    {
        using var file = File.OpenHandle(Path);
        var bytes = new byte[HeadLength];
        return Encoding.Latin1.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0));
    }
}
