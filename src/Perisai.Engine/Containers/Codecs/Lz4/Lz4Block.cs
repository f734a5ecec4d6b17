namespace Perisai.Engine.Containers.Codecs.Lz4;

/// <summary>Decodes one LZ4 block (LZ4 Block Format Description): literals and matches, whole bytes only.</summary>
internal static class Lz4Block
{
    private const int MinMatch = 4;

    /// <summary>
    /// Decodes into <paramref name="output"/> from <paramref name="position"/> on; what lies before it is the history. Returns the end of
    /// what was decoded; <paramref name="valid"/> is false where the block is malformed or does not fit.
    /// </summary>
    public static int Decode(ReadOnlySpan<byte> block, Span<byte> output, int position, out bool valid)
    {
        valid = false;
        var at = 0;
        while (at < block.Length)
        {
            var token = block[at++];
            if (!TryReadLength(block, ref at, token >> 4, out var literals)
                || literals > block.Length - at || literals > output.Length - position)
                return position;
            block.Slice(at, literals).CopyTo(output[position..]);
            at += literals;
            position += literals;
            if (at == block.Length)
            {
                valid = true;
                return position;
            }

            if (block.Length - at < 2)
                return position;
            var distance = block[at] | block[at + 1] << 8;
            at += 2;
            if (!TryReadLength(block, ref at, token & 15, out var length) || distance == 0 || distance > position)
                return position;
            length += MinMatch;
            if (length > output.Length - position)
                return position;
            Copy(output, position, distance, length);
            position += length;
        }

        return position;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> block, ref int at, int nibble, out int length)
    {
        length = nibble;
        if (nibble < 15)
            return true;
        byte more;
        do
        {
            if (at >= block.Length)
                return false;
            more = block[at++];
            length += more;
        }
        while (more == 255);
        return true;
    }

    private static void Copy(Span<byte> output, int position, int distance, int length)
    {
        // A match may overlap itself: what was copied once is the source of twice as much.
        var source = position - distance;
        while (length > 0)
        {
            var count = Math.Min(length, position - source);
            output.Slice(source, count).CopyTo(output[position..]);
            position += count;
            length -= count;
        }
    }
}
