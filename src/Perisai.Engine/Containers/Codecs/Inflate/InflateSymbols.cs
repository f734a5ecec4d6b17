namespace Perisai.Engine.Containers.Codecs.Inflate;

/// <summary>The symbols of deflate (RFC 1951, 3.2.5) and of deflate64 as table entries without the bits of their codes.</summary>
internal static class InflateSymbols
{
    public static readonly uint[] Lengths = MakeLengths(false);

    /// <summary>Deflate64 gives symbol 285 the base 3 and 16 further bits.</summary>
    public static readonly uint[] Lengths64 = MakeLengths(true);

    public static readonly uint[] Distances = MakeDistances(30);

    /// <summary>Deflate64 has two more distances, for a window of 64 KiB.</summary>
    public static readonly uint[] Distances64 = MakeDistances(32);

    /// <summary>The lengths of codes that precede a block.</summary>
    public static readonly uint[] CodeLengths = [.. Enumerable.Range(0, 19).Select(n => InflateTable.Literal | (uint)n << 16)];

    private static uint[] MakeLengths(bool deflate64)
    {
        var table = new uint[288];
        Array.Fill(table, InflateTable.Invalid);
        for (uint literal = 0; literal < 256; literal++)
            table[literal] = InflateTable.Literal | literal << 16;
        table[256] = InflateTable.EndOfBlock;
        uint length = 3;
        for (var symbol = 257; symbol < 285; symbol++)
        {
            var extra = symbol < 265 ? 0 : (symbol - 261) / 4;
            table[symbol] = length << 16 | (uint)extra;
            length += 1u << extra;
        }

        table[285] = deflate64 ? 3u << 16 | 16 : 258u << 16;
        return table;
    }

    private static uint[] MakeDistances(int count)
    {
        var table = new uint[32];
        Array.Fill(table, InflateTable.Invalid);
        uint distance = 1;
        for (var symbol = 0; symbol < count; symbol++)
        {
            var extra = symbol < 4 ? 0 : symbol / 2 - 1;
            table[symbol] = distance << 16 | (uint)extra;
            distance += 1u << extra;
        }

        return table;
    }
}
