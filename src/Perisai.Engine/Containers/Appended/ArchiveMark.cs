namespace Perisai.Engine.Containers.Appended;

/// <summary>The kind of archive that four bytes may begin.</summary>
internal enum ArchiveMarkKind : byte
{
    Zip,
    SevenZip,
    Rar,
    Cab,
}

/// <summary>Four bytes that may begin an archive.</summary>
internal readonly record struct ArchiveMark(long Offset, ArchiveMarkKind Kind);
