namespace Perisai.Engine.Containers.Appended;

/// <summary>The kind of archive that four bytes may begin, or be a known part of.</summary>
internal enum ArchiveMarkKind : byte
{
    Zip,
    SevenZip,
    Rar,
    Cab,

    /// <summary>A PE header, to which the beginning of its file points.</summary>
    Program,

    SquashFs,

    /// <summary>Bytes 9 to 12 of the mark in a .NET host, before which stands where the header of its bundle is.</summary>
    DotNetBundle,

    /// <summary>Bytes 9 to 12 of an ACE archive: the second part of its mark.</summary>
    Ace,
}

/// <summary>Four bytes that may begin an archive.</summary>
internal readonly record struct ArchiveMark(long Offset, ArchiveMarkKind Kind);
