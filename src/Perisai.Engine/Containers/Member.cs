namespace Perisai.Engine.Containers;

/// <summary>What a container says of a member, before its bytes are looked at. Nothing in it is to be believed.</summary>
/// <param name="Name">
/// The stored name, decoded leniently; empty where the format has none (the sink then makes one up from the container's name).
/// </param>
internal readonly record struct Member(string Name)
{
    /// <summary>The uncompressed length that the container claims; -1 where it claims none.</summary>
    public long DeclaredLength { get; init; } = -1;

    /// <summary>
    /// What the container says the member is, for types without a mark of their own (a mail in a mail). It is opened as such where its
    /// bytes are of no type that has a reader. Unknown where the container says nothing.
    /// </summary>
    public FileType DeclaredType { get; init; }

    /// <summary>
    /// Whether it is all that the container holds, decompressed: where it has no stored name, it bears the container's without its suffix.
    /// </summary>
    public bool IsDecompressed { get; init; }

    /// <summary>The length in which it is stored, where the container tells it and the sink is not told otherwise; -1 where not.</summary>
    public long StoredLength { get; init; } = -1;

    /// <summary>
    /// Its number among the container's entries, from 0, those without content counted; -1 where every entry is handed to the sink, which then counts itself.
    /// </summary>
    public int Position { get; init; } = -1;

    /// <summary>Directories and other entries without content are not handed to the sink at all; links are, as faults or not.</summary>
    public bool WasEncrypted { get; init; }

    /// <summary>Whether it is the text of a mail, of which the links are compared with where they lead.</summary>
    public bool HoldsLinks { get; init; }

    /// <summary>
    /// Whether it is no member but a view: the object's own content, written as definitions expect it. It is scanned as <see cref="DeclaredType"/>
    /// whatever its bytes look like, is not opened, and is on its object's level.
    /// </summary>
    public bool IsView { get; init; }
}
