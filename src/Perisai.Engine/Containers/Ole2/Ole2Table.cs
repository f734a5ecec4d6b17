namespace Perisai.Engine.Containers.Ole2;

/// <summary>
/// An allocation table: what follows each sector. Sector 0 begins at <paramref name="firstOffset"/> of the source, the file itself or the mini
/// stream.
/// </summary>
internal sealed class Ole2Table(uint[] next, ByteSource source, long firstOffset, int shift)
{
    public int Count => next.Length;

    public int Shift => shift;

    /// <summary>The offset behind the last sector that is in use; what the source must at least begin to hold.</summary>
    public long LastUsed()
    {
        var last = Array.FindLastIndex(next, static sector => sector != Ole2Format.Free);
        return last < 0 ? 0 : firstOffset + ((long)last << shift);
    }

    /// <summary>
    /// The pieces of a chain, side by side ones joined, up to a length (or to its end where that is -1). A chain that comes back to itself, leaves
    /// the table or ends too early is broken; its pieces up to there are given.
    /// </summary>
    public List<Piece> Follow(uint first, long length, out bool isBroken)
    {
        var pieces = new List<Piece>();
        var toEnd = length < 0;
        var left = toEnd ? long.MaxValue : length;
        // One sector is remembered, and replaced after 1, 2, 4 … steps: whoever comes upon it goes in a circle.
        var (at, mark, steps, limit) = (first, Ole2Format.Free, 0L, 1L);
        isBroken = false;
        while (left > 0)
        {
            if (toEnd && at == Ole2Format.EndOfChain)
                return pieces;
            if (at >= next.Length || at == mark)
            {
                isBroken = true;
                return pieces;
            }

            if (++steps == limit)
                (mark, limit) = (at, limit * 2);
            var offset = firstOffset + ((long)at << shift);
            var wanted = Math.Min(left, 1L << shift);
            var count = Math.Clamp(source.Length - offset, 0, wanted);
            if (count > 0 && pieces.Count > 0 && pieces[^1] is var last && last.Offset + last.Length == offset)
                pieces[^1] = last with { Length = last.Length + count };
            else if (count > 0)
                pieces.Add(new(source, offset, count));
            if (count < wanted && (!toEnd || count == 0))
            {
                isBroken = true;
                return pieces;
            }

            left -= wanted;
            at = next[at];
        }

        return pieces;
    }
}
