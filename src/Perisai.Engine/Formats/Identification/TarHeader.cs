namespace Perisai.Engine.Formats.Identification;

/// <summary>
/// Tells tar archives of every dialect, v7 included, by the first header's checksum: the sum of its 512 bytes with the checksum's own
/// eight counted as spaces. Old writers took the bytes as signed.
/// </summary>
internal static class TarHeader
{
    public const int Length = 512;
    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;

    public static bool IsHeader(ReadOnlySpan<byte> head)
    {
        if (head.Length < Length || !TryReadChecksum(head.Slice(ChecksumOffset, ChecksumLength), out var stated))
            return false;
        // An empty block sums to its own eight spaces.
        if (stated <= ChecksumLength * ' ')
            return false;
        var unsigned = ChecksumLength * ' ';
        var signed = unsigned;
        for (var i = 0; i < Length; i++)
        {
            if (i is >= ChecksumOffset and < ChecksumOffset + ChecksumLength)
                continue;
            unsigned += head[i];
            signed += (sbyte)head[i];
        }

        return stated == unsigned || stated == signed;
    }

    /// <summary>Octal digits, with spaces before and spaces or zeros after.</summary>
    private static bool TryReadChecksum(ReadOnlySpan<byte> field, out int value)
    {
        value = 0;
        var i = 0;
        while (i < field.Length && field[i] is (byte)' ' or 0)
            i++;
        var first = i;
        for (; i < field.Length && field[i] is >= (byte)'0' and <= (byte)'7'; i++)
            value = value * 8 + field[i] - '0';
        if (i == first)
            return false;
        for (; i < field.Length; i++)
        {
            if (field[i] is not ((byte)' ' or 0))
                return false;
        }

        return true;
    }
}
