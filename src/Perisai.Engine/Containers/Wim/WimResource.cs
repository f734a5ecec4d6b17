using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Wim;

/// <summary>A range of the image: a file's content, the list of an image's files, the table of all resources, or the description in XML.</summary>
internal readonly record struct WimResource(long Stored, int Flags, long Offset, long Length)
{
    public const int HeaderLength = 24;

    public bool IsFree => (Flags & 1) != 0;

    public bool IsMetadata => (Flags & 2) != 0;

    public bool IsCompressed => (Flags & 4) != 0;

    public bool IsSpanned => (Flags & 8) != 0;

    public bool IsSolid => (Flags & 16) != 0;

    public static WimResource Parse(ReadOnlySpan<byte> bytes)
    {
        var first = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return new((long)(first & 0x00FFFFFFFFFFFFFF), (int)(first >> 56), Long(bytes[8..]), Long(bytes[16..]));
    }

    private static long Long(ReadOnlySpan<byte> bytes) => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(bytes), long.MaxValue / 2);
}
