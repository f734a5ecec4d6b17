using System.Buffers.Binary;

namespace Perisai.Engine.Containers.HfsPlus;

/// <summary>
/// The attribute of a compressed file: a mark, the kind, the length, and for odd kinds the content itself; that of even ones is in the resource fork.
/// </summary>
internal sealed record HfsCompressed(uint Kind, long Length, byte[] Content)
{
    private const int HeaderLength = 16;

    public const uint Plain = 1;
    public const uint ZlibInline = 3;
    public const uint ZlibInResource = 4;
    public const uint LzvnInline = 7;
    public const uint LzvnInResource = 8;
    public const uint PlainInline = 9;
    public const uint PlainInResource = 10;
    public const uint LzfseInline = 11;
    public const uint LzfseInResource = 12;

    public bool IsSupported => Kind is Plain or (>= ZlibInline and <= ZlibInResource) or (>= LzvnInline and <= LzfseInResource);

    public bool IsInResource => Kind % 2 == 0;

    public static HfsCompressed? Parse(ReadOnlySpan<byte> attribute) =>
        attribute.Length >= HeaderLength && attribute.StartsWith("fpmc"u8)
            ? new(
                BinaryPrimitives.ReadUInt32LittleEndian(attribute[4..]), Math.Max(0, BinaryPrimitives.ReadInt64LittleEndian(attribute[8..])),
                attribute[HeaderLength..].ToArray())
            : null;
}
