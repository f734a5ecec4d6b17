using System.Collections.Immutable;

namespace Perisai.Engine;

/// <summary>An object that was looked at, in the order in which they were met: a container before what is in it.</summary>
/// <param name="Path">The names from the root down.</param>
/// <param name="Type">Its type.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Digests">Its digests.</param>
public sealed record ScannedObject(ImmutableArray<string> Path, FileType Type, long Length, ObjectDigests Digests)
{
    /// <summary>Whether it is another object's content written in another way, as definitions for texts and pages expect it.</summary>
    public bool IsView { get; init; }
}
