using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Ole2;

/// <summary>The header of a compound file ([MS-CFB] 2.2).</summary>
internal sealed record Ole2Header
{
    /// <summary>Logarithm of the length of a sector: 9, or 12 in version 4.</summary>
    public required int SectorShift { get; init; }

    /// <summary>Logarithm of the length of a sector of the mini stream: 6.</summary>
    public required int MiniShift { get; init; }

    /// <summary>Streams below this length lie in the mini stream.</summary>
    public required uint MiniCutoff { get; init; }

    public required uint TableSectors { get; init; }

    public required uint FirstDirectorySector { get; init; }

    public required uint FirstMiniTableSector { get; init; }

    public required uint FirstSectorOfTableSectors { get; init; }

    /// <summary>The first sectors of the allocation table, as they stand in the header.</summary>
    public required uint[] FirstTableSectors { get; init; }

    /// <summary>Whether lengths of streams have 64 bits; the upper half is not to be believed in version 3.</summary>
    public bool HasLongLengths => SectorShift > 9;

    /// <summary>Reads the header; null where it is cut short.</summary>
    public static Ole2Header? Read(BoundedReader reader, IMemberSink sink)
    {
        reader.Position = 0;
        if (!reader.TryGetSpan(Ole2Format.HeaderLength, out var bytes))
            return null;
        int shift = BinaryPrimitives.ReadUInt16LittleEndian(bytes[30..]);
        int mini = BinaryPrimitives.ReadUInt16LittleEndian(bytes[32..]);
        var cutoff = BinaryPrimitives.ReadUInt32LittleEndian(bytes[56..]);
        if (shift is < 7 or > 16)
        {
            sink.AddFault(Ole2Faults.BadHeader, 30, $"Sectors of 2^{shift} bytes.");
            shift = 9;
        }

        if (mini < 4 || mini > shift)
        {
            sink.AddFault(Ole2Faults.BadHeader, 32, $"Small sectors of 2^{mini} bytes.");
            mini = 6;
        }

        if (cutoff != 4096)
            sink.AddFault(Ole2Faults.BadHeader, 56, $"Streams below {cutoff} bytes are small.");
        var sectors = new uint[Ole2Format.HeaderTableSectors];
        for (var index = 0; index < sectors.Length; index++)
            sectors[index] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(76 + 4 * index)..]);
        return new()
        {
            SectorShift = shift,
            MiniShift = mini,
            MiniCutoff = cutoff,
            TableSectors = BinaryPrimitives.ReadUInt32LittleEndian(bytes[44..]),
            FirstDirectorySector = BinaryPrimitives.ReadUInt32LittleEndian(bytes[48..]),
            FirstMiniTableSector = BinaryPrimitives.ReadUInt32LittleEndian(bytes[60..]),
            FirstSectorOfTableSectors = BinaryPrimitives.ReadUInt32LittleEndian(bytes[68..]),
            FirstTableSectors = sectors,
        };
    }
}
