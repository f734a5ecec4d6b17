namespace Perisai.Engine.Containers.MachOFat;

/// <summary>
/// Hands on the slices of a fat Mach-O file, 32 and 64 bit. Layout: <c>mach-o/fat.h</c>, all fields big endian. Linkers may hide
/// one more slice behind the counted ones (that is how armv7s came); it is looked for.
/// </summary>
internal sealed class MachOFatReader : IContainerReader
{
    private const uint Magic64 = 0xCAFEBABF;

    /// <summary>Real files have up to six; more than this is a flood.</summary>
    private const int MaxSlices = 64;

    public static readonly MachOFatReader Instance = new();

    public string Name => "machofat";

    public FormatDescription Description { get; } = new(
        "Universal binary (fat Mach-O)",
        "every slice",
        "Apple, mach-o/fat.h")
    {
        Limits = "64 slices",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TryReadUInt32(out var magic, bigEndian: true) || !reader.TryReadUInt32(out var count, bigEndian: true))
        {
            sink.AddLoss(MachOFatFaults.TruncatedTable, 0);
            return;
        }

        if (count > MaxSlices)
            sink.AddLoss(MachOFatFaults.TooManySlices, 4);
        var seen = new HashSet<(long, long)>();
        for (var index = 0; index <= Math.Min(count, MaxSlices) && !sink.ShouldStop; index++)
        {
            var at = reader.Position;
            var hidden = index == count;
            if (!TryReadEntry(reader, magic == Magic64, out var processor, out var offset, out var length))
            {
                if (!hidden)
                    sink.AddLoss(MachOFatFaults.TruncatedTable, at);
                return;
            }

            var inside = offset < (ulong)source.Length && offset >= (ulong)at && length > 0;
            if (hidden)
            {
                if (!inside || length > (ulong)source.Length - offset || !IsMachO(source, (long)offset, sink.Budget))
                    return;
                sink.AddFault(MachOFatFaults.HiddenSlice, at);
            }
            else if (!inside || length > (ulong)source.Length - offset)
            {
                sink.AddLoss(MachOFatFaults.BadSlice, at);
                if (!inside)
                    continue;
            }

            var stored = (long)Math.Min(length, (ulong)source.Length - offset);
            if (seen.Add(((long)offset, stored))
                && !sink.AddSlice(new Member(NameOf(processor)) { DeclaredLength = stored }, source, (long)offset, stored))
                return;
        }
    }

    private static bool TryReadEntry(BoundedReader reader, bool wide, out uint processor, out ulong offset, out ulong length)
    {
        length = offset = 0;
        if (!reader.TryReadUInt32(out processor, bigEndian: true) || !reader.TrySkip(4))
            return false;
        if (wide)
            return reader.TryReadUInt64(out offset, bigEndian: true) && reader.TryReadUInt64(out length, bigEndian: true) && reader.TrySkip(8);
        if (!reader.TryReadUInt32(out var offset32, bigEndian: true) || !reader.TryReadUInt32(out var length32, bigEndian: true))
            return false;
        (offset, length) = (offset32, length32);
        return reader.TrySkip(4);
    }

    private static bool IsMachO(ByteSource source, long offset, ScanBudget budget) =>
        new BoundedReader(source, budget, offset).TryReadUInt32(out var magic)
        && magic is 0xFEEDFACE or 0xFEEDFACF or 0xCEFAEDFE or 0xCFFAEDFE;

    private static string NameOf(uint processor) => processor switch
    {
        7 => "i386",
        0x01000007 => "x86_64",
        12 => "arm",
        0x0100000C => "arm64",
        18 => "ppc",
        0x01000012 => "ppc64",
        _ => $"cpu-{processor}",
    };
}
