using System.Buffers.Binary;
using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Ole2;

/// <summary>Reads the allocation tables. No more of them is read than the file has sectors.</summary>
internal static class Ole2TableReader
{
    /// <summary>The table of the file's sectors; null where there is too little memory for it.</summary>
    public static Ole2Table? ReadMain(BoundedReader reader, Ole2Header header, IMemberSink sink, ref long reserved)
    {
        var sectorLength = 1L << header.SectorShift;
        var sectors = Math.Max(0, (reader.Length - 1) / sectorLength);
        var perSector = (int)(sectorLength / 4);
        var tableSectors = FindTableSectors(reader, header, sink, (int)Math.Min(int.MaxValue / 2, (sectors + perSector - 1) / perSector));
        var count = Math.Min(sectors, (long)tableSectors.Count * perSector);
        // What the table says of sectors behind the file's end tells that it was cut short.
        var beyond = Math.Min((long)tableSectors.Count * perSector - count, perSector);
        if (!sink.Budget.TryReserveMemory(4 * (count + beyond)))
            return null;
        reserved += 4 * (count + beyond);
        var next = new uint[count + beyond];
        next.AsSpan().Fill(Ole2Format.Free);
        for (var index = 0; index < tableSectors.Count; index++)
        {
            var part = next.AsSpan(Math.Min(next.Length, index * perSector));
            if (part.IsEmpty)
                break;
            part = part[..Math.Min(part.Length, perSector)];
            reader.Position = ((long)tableSectors[index] + 1) << header.SectorShift;
            if (!TryReadNumbers(reader, part))
                sink.AddLoss(Ole2Faults.BadTable, reader.Position, $"Sector {tableSectors[index]} of the allocation table is missing.");
        }

        return new(next, reader.Source, sectorLength, header.SectorShift);
    }

    /// <summary>The table of the mini stream's sectors.</summary>
    public static Ole2Table? ReadMini(
        Ole2Table main, Ole2Header header, IReadOnlyList<Piece> miniStream, IMemberSink sink, ref long reserved)
    {
        var pieces = main.Follow(header.FirstMiniTableSector, -1, out var isBroken);
        var content = new PieceSource(pieces);
        var length = miniStream.Sum(static piece => piece.Length);
        var sectors = (length + (1L << header.MiniShift) - 1) >> header.MiniShift;
        var count = Math.Min(content.Length / 4, sectors);
        if (isBroken || count < sectors)
            sink.AddLoss(Ole2Faults.BadTable, -1, "The allocation table of small streams is not whole.");
        if (!sink.Budget.TryReserveMemory(4 * count))
            return null;
        reserved += 4 * count;
        var next = new uint[count];
        if (!TryReadNumbers(new BoundedReader(content, sink.Budget), next))
            sink.AddLoss(Ole2Faults.BadTable, -1);
        // In one piece it is a part of the file, and what lies in it are parts of the file.
        return miniStream is [{ Source: { } source } only] ? new(next, source, only.Offset, header.MiniShift)
            : new(next, new PieceSource(miniStream), 0, header.MiniShift);
    }

    private static List<uint> FindTableSectors(BoundedReader reader, Ole2Header header, IMemberSink sink, int most)
    {
        // One more than needed is read, for the sectors that a file cut short lacks.
        most = (int)Math.Min((long)most + 1, Math.Max(1, header.TableSectors));
        var sectors = new List<uint>();
        foreach (var sector in header.FirstTableSectors)
        {
            if (sector < Ole2Format.FirstSpecial && sectors.Count < most)
                sectors.Add(sector);
        }

        var next = header.FirstSectorOfTableSectors;
        var seen = new HashSet<uint>();
        var numbers = new uint[(1 << header.SectorShift) / 4];
        while (next < Ole2Format.FirstSpecial && sectors.Count < most && sink.Budget.CheckTime())
        {
            reader.Position = ((long)next + 1) << header.SectorShift;
            if (!seen.Add(next) || !TryReadNumbers(reader, numbers))
            {
                sink.AddLoss(Ole2Faults.BadTable, reader.Position, "The list of the allocation table's sectors is broken.");
                break;
            }

            foreach (var sector in numbers.AsSpan(0, numbers.Length - 1))
            {
                if (sector < Ole2Format.FirstSpecial && sectors.Count < most)
                    sectors.Add(sector);
            }

            next = numbers[^1];
        }

        if (sectors.Count < most && sectors.Count < header.TableSectors)
            sink.AddFault(Ole2Faults.BadTable, 44, $"The allocation table has {sectors.Count} of {header.TableSectors} sectors.");
        return sectors;
    }

    /// <summary>Reads numbers of 32 bits; as many as there are.</summary>
    private static bool TryReadNumbers(BoundedReader reader, Span<uint> numbers)
    {
        for (var done = 0; done < numbers.Length;)
        {
            var count = (int)Math.Min(Math.Min(numbers.Length - done, 4096), reader.Remaining / 4);
            if (count == 0 || !reader.TryGetSpan(count * 4, out var bytes))
                return false;
            for (var index = 0; index < count; index++)
                numbers[done + index] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * index)..]);
            done += count;
        }

        return true;
    }
}
