using System.Buffers.Text;

namespace Perisai.Engine.Containers.Tar;

/// <summary>
/// Where the stored bytes of a sparse member belong. Read from a GNU <c>S</c> header and its extensions, from the same in
/// star's layout, or from the text before the data (GNU pax format 1.0).
/// </summary>
internal static class TarSparseMap
{
    /// <summary>More pieces than this are refused: 24 bytes each, and real maps hold some hundreds.</summary>
    private const int MaxNumbers = 500_000;

    /// <summary>Reads the map in an <c>S</c> header and the extension blocks at the reader's position, which it moves past them.</summary>
    public static bool TryReadOld(ReadOnlySpan<byte> header, BoundedReader reader, out List<long> map, out long realSize)
    {
        map = [];
        var star = new TarHeader(header).IsStar;
        var at = star ? 356 : 386;
        var extended = header[star ? 355 : 482] != 0;
        if (!TarHeader.TryParseNumber(header.Slice(star ? 452 : 483, 12), out realSize) || !AddPairs(header.Slice(at, 96), map))
            return false;
        while (extended && reader.Budget.CheckTime())
        {
            if (map.Count > MaxNumbers || !reader.TryGetSpan(TarHeader.Length, out var block))
                return false;
            extended = block[504] != 0;
            if (!AddPairs(block[..504], map))
                return false;
        }

        return true;
    }

    /// <summary>Reads the decimal lines of format 1.0 and moves the reader to the data, at the next block.</summary>
    public static bool TryReadText(BoundedReader reader, long end, out List<long> map)
    {
        map = [];
        var start = reader.Position;
        long expected = -1;
        while (expected < 0 || map.Count < expected)
        {
            var count = (int)Math.Min(24, Math.Min(reader.Remaining, end - reader.Position));
            if (count <= 0 || !reader.TryPeekSpan(count, out var span))
                return false;
            var line = span.IndexOf((byte)'\n');
            if (line <= 0 || !Utf8Parser.TryParse(span[..line], out long number, out var used) || used != line || number < 0)
                return false;
            reader.TrySkip(line + 1);
            if (expected >= 0)
                map.Add(number);
            else if (number > MaxNumbers / 2)
                return false;
            else
                expected = number * 2;
        }

        reader.Position = start + (reader.Position - start + TarHeader.Length - 1) / TarHeader.Length * TarHeader.Length;
        return true;
    }

    /// <summary>The member's pieces in order, holes as zeros. False where the map goes backwards or claims more than is stored.</summary>
    public static bool TryAssemble(
        List<long> map, ByteSource source, long dataStart, long dataLength, long realSize, out List<Piece> pieces)
    {
        pieces = [];
        long position = 0;
        long used = 0;
        var whole = true;
        for (var index = 0; index + 1 < map.Count; index += 2)
        {
            var (offset, length) = (map[index], map[index + 1]);
            if (offset < position)
            {
                whole = false;
                break;
            }

            if (offset > position)
                pieces.Add(new(null, 0, offset - position));
            var stored = Math.Min(length, dataLength - used);
            if (stored > 0)
                pieces.Add(new(source, dataStart + used, stored));
            used += Math.Max(0, stored);
            if (stored < length)
            {
                whole = false;
                break;
            }

            position = long.CreateSaturating((Int128)offset + length);
        }

        // What the map leaves out is looked at all the same.
        if (used < dataLength)
        {
            pieces.Add(new(source, dataStart + used, dataLength - used));
            whole = false;
        }
        else if (whole && realSize > position)
        {
            pieces.Add(new(null, 0, realSize - position));
        }

        return whole;
    }

    private static bool AddPairs(ReadOnlySpan<byte> pairs, List<long> map)
    {
        for (; pairs.Length >= 24; pairs = pairs[24..])
        {
            if (pairs[0] == 0)
                return true;
            if (!TarHeader.TryParseNumber(pairs[..12], out var offset) || !TarHeader.TryParseNumber(pairs.Slice(12, 12), out var length))
                return false;
            map.Add(offset);
            map.Add(length);
        }

        return true;
    }
}
