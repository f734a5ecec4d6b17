namespace Perisai.Engine.Containers.Dmg;

/// <summary>How a chunk of an image is stored.</summary>
internal enum DmgChunkKind : uint
{
    Zeros = 0,
    Plain = 1,
    Ignored = 2,
    Comment = 0x7FFFFFFE,
    Adc = 0x80000004,
    Zlib = 0x80000005,
    Bzip2 = 0x80000006,
    Lzfse = 0x80000007,
    Lzma = 0x80000008,
    End = 0xFFFFFFFF,
}

/// <summary>A stretch of the disk, and where it is stored. All in bytes.</summary>
internal readonly record struct DmgChunk(DmgChunkKind Kind, long Start, long Length, long Offset, long Stored)
{
    public bool IsHole => Kind is DmgChunkKind.Zeros or DmgChunkKind.Ignored;

    public bool IsKnown => Kind is DmgChunkKind.Zeros or DmgChunkKind.Plain or DmgChunkKind.Ignored or (>= DmgChunkKind.Adc and <= DmgChunkKind.Lzma);
}
