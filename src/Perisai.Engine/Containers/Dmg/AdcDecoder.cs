namespace Perisai.Engine.Containers.Dmg;

/// <summary>
/// Decodes ADC, the oldest compression of disk images: runs of plain bytes, and matches in two layouts, told apart by the highest bits of a byte.
/// </summary>
internal static class AdcDecoder
{
    /// <summary>Returns how many bytes came, fewer than the output has room for where the data make no sense.</summary>
    public static int Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int at = 0, done = 0;
        while (at < input.Length && done < output.Length)
        {
            int code = input[at++];
            if ((code & 0x80) != 0)
            {
                var count = Math.Min((code & 0x7F) + 1, Math.Min(input.Length - at, output.Length - done));
                input.Slice(at, count).CopyTo(output[done..]);
                at += count;
                done += count;
                continue;
            }

            var isLong = (code & 0x40) != 0;
            if (at + (isLong ? 2 : 1) > input.Length)
                return done;
            var length = isLong ? (code & 0x3F) + 4 : (code >> 2 & 15) + 3;
            var distance = (isLong ? input[at] << 8 | input[at + 1] : (code & 3) << 8 | input[at]) + 1;
            at += isLong ? 2 : 1;
            if (distance > done)
                return done;
            for (var end = Math.Min(output.Length, done + length); done < end; done++)
                output[done] = output[done - distance];
        }

        return done;
    }
}
