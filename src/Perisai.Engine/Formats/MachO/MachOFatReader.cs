using System.Collections.Immutable;

namespace Perisai.Engine.Formats.MachO;

/// <summary>Reads the table of a fat Mach-O (32 and 64 bits; both byte orders).</summary>
internal static class MachOFatReader
{
    /// <summary>Facts that hold the slices. A fat file itself has no sections or entry point.</summary>
    public static ExecutableFacts Read(BoundedReader reader)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var slices = ImmutableArray.CreateBuilder<MachOSlice>();
        reader.Position = 0;
        if (!reader.TryReadUInt32(out var magic, bigEndian: true))
            return Broken(MachOFaults.TruncatedHeader, 0);
        var bigEndian = magic is MachOFormat.FatMagic32 or MachOFormat.FatMagic64;
        var is64Bit = magic is MachOFormat.FatMagic64 or 0xBFBAFECA;
        if (!reader.TryReadUInt32(out var count, bigEndian))
            return Broken(MachOFaults.TruncatedHeader, 4);
        if (count > MachOFormat.MaximumImages)
        {
            faults.Add(new Fault(MachOFaults.ImageCount, 4, $"{count} images; the first {MachOFormat.MaximumImages} are looked at"));
            count = MachOFormat.MaximumImages;
        }

        for (var i = 0; i < count; i++)
        {
            var at = reader.Position;
            ulong offset, length;
            if (!reader.TryReadUInt32(out var cpu, bigEndian) || !reader.TryReadUInt32(out var subtype, bigEndian)
                || !TryReadAddress(out offset) || !TryReadAddress(out length) || !reader.TrySkip(is64Bit ? 8 : 4))
            {
                faults.Add(new Fault(MachOFaults.TruncatedHeader, at));
                break;
            }

            if (offset >= (ulong)reader.Length || length > (ulong)reader.Length - offset)
            {
                faults.Add(new Fault(MachOFaults.ImageOutsideFile, at));
                offset = Math.Min(offset, (ulong)reader.Length);
                length = Math.Min(length, (ulong)reader.Length - offset);
            }

            slices.Add(new MachOSlice((long)offset, (long)length, cpu, subtype));
        }

        return new ExecutableFacts { Slices = slices.DrainToImmutable(), Faults = faults.DrainToImmutable() };

        bool TryReadAddress(out ulong value)
        {
            if (is64Bit)
                return reader.TryReadUInt64(out value, bigEndian);
            var ok = reader.TryReadUInt32(out var narrow, bigEndian);
            value = narrow;
            return ok;
        }

        ExecutableFacts Broken(string id, long offset)
        {
            faults.Add(new Fault(id, offset));
            return new ExecutableFacts { Faults = faults.DrainToImmutable() };
        }
    }
}
