using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Identification;

/// <summary>Tells MacBinary, which has no mark at its start, and AppleSingle and AppleDouble.</summary>
internal static class MacintoshFiles
{
    private const int HeaderLength = 128;

    /// <summary>Forks of a Macintosh of that time are shorter.</summary>
    private const long MaxFork = 0x7FFFFF;

    /// <param name="length">The object's length: without a checksum both forks have to fit it.</param>
    public static bool IsMacintoshFile(ReadOnlySpan<byte> head, long length)
    {
        if (head.BeginsWith([0, 5, 0x16, 0]) || head.BeginsWith([0, 5, 0x16, 7]))
            return head.Length >= 26 && head[4] == 0 && head[5] is 1 or 2 && head[6] == 0 && head[7] == 0;
        if (head.Length < HeaderLength || head[0] != 0 || head[1] is 0 or > 63 || head[74] != 0 || head[82] != 0)
            return false;
        if (head.Slice(2, head[1]).ContainsAnyInRange((byte)0, (byte)31))
            return false;
        var data = BinaryPrimitives.ReadUInt32BigEndian(head[83..]);
        var resources = BinaryPrimitives.ReadUInt32BigEndian(head[87..]);
        if (data > MaxFork || resources > MaxFork || data + resources == 0)
            return false;
        if (HasChecksum(head))
            return true;
        // The first version: nothing else is in the header, and the forks fill the file.
        var end = HeaderLength + ((data + 127L) & ~127L) + ((resources + 127L) & ~127L);
        return !head[99..HeaderLength].ContainsAnyExcept((byte)0) && length <= end && length > end - 128 - 127;
    }

    /// <summary>That of XMODEM, over all that stands before it.</summary>
    private static bool HasChecksum(ReadOnlySpan<byte> head)
    {
        var sum = 0;
        foreach (var value in head[..124])
        {
            sum ^= value << 8;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 0x8000) != 0 ? (sum << 1 ^ 0x1021) & 0xFFFF : sum << 1;
        }

        return sum != 0 && sum == BinaryPrimitives.ReadUInt16BigEndian(head[124..]);
    }
}
