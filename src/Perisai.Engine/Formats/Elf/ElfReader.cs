using System.Collections.Immutable;
using System.Text;

namespace Perisai.Engine.Formats.Elf;

/// <summary>Reads ELF headers of 32 and 64 bits in both byte orders into <see cref="ExecutableFacts"/>.</summary>
internal static class ElfReader
{
    public static ExecutableFacts Read(BoundedReader reader, ExecutableDetails details = ExecutableDetails.All)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var facts = new ExecutableFacts();
        Span<byte> bytes = stackalloc byte[ElfFormat.HeaderLength64];
        // Both lengths are read before the class is known to be good, as a shorter file is no ELF file in either.
        if (!reader.TryReadAt(0, bytes[..ElfFormat.HeaderLength32]))
            return Broken(facts, faults, ElfFaults.TruncatedHeader, 0);
        if (bytes[4] is not (1 or 2))
            return Broken(facts, faults, ElfFaults.Class, 4);
        var is64Bit = bytes[4] == 2;
        if (is64Bit && !reader.TryReadAt(0, bytes))
            return Broken(facts, faults, ElfFaults.TruncatedHeader, 0);

        // Whatever is not marked little-endian counts as big-endian.
        var header = new ElfFields(bytes, bigEndian: bytes[5] != 1, is64Bit);
        facts = facts with { Is64Bit = is64Bit, Machine = header.UInt16(18) };
        var entry = header.Address(24, 24);
        var segmentsAt = header.Address(28, 32);
        var sectionsAt = header.Address(32, 40);
        int segmentLength = header.UInt16(is64Bit ? 54 : 42);
        int segmentCount = header.UInt16(is64Bit ? 56 : 44);
        int sectionLength = header.UInt16(is64Bit ? 58 : 46);
        int sectionCount = header.UInt16(is64Bit ? 60 : 48);
        int namesIndex = header.UInt16(is64Bit ? 62 : 50);

        uint entryPoint = 0;
        if (segmentCount > ElfFormat.MaximumSegments)
            return Broken(facts, faults, ElfFaults.SegmentTable, is64Bit ? 56 : 44);
        if (segmentCount > 0 && entry != 0)
        {
            if (segmentLength != (is64Bit ? ElfFormat.SegmentHeaderLength64 : ElfFormat.SegmentHeaderLength32))
                return Broken(facts, faults, ElfFaults.SegmentTable, is64Bit ? 54 : 42);
            Span<byte> segments = stackalloc byte[ElfFormat.MaximumSegments * ElfFormat.SegmentHeaderLength64];
            segments = segments[..(segmentCount * segmentLength)];
            if (segmentsAt > long.MaxValue || !reader.TryReadAt((long)segmentsAt, segments))
                return Broken(facts, faults, ElfFaults.SegmentTable, (long)Math.Min(segmentsAt, long.MaxValue));
            if (!TryMapEntry(new ElfFields(segments, header.BigEndian, is64Bit), segmentLength, entry, out entryPoint))
                return Broken(facts, faults, ElfFaults.EntryPoint, 24);
        }

        if (sectionCount > ElfFormat.MaximumSections
            || sectionLength != (is64Bit ? ElfFormat.SectionHeaderLength64 : ElfFormat.SectionHeaderLength32))
            return Broken(facts, faults, ElfFaults.SectionTable, is64Bit ? 58 : 46);
        if (sectionCount > 0)
        {
            Span<byte> sections = stackalloc byte[ElfFormat.MaximumSections * ElfFormat.SectionHeaderLength64];
            sections = sections[..(sectionCount * sectionLength)];
            if (sectionsAt > long.MaxValue || !reader.TryReadAt((long)sectionsAt, sections))
                return Broken(facts, faults, ElfFaults.SectionTable, (long)Math.Min(sectionsAt, long.MaxValue));
            var fields = new ElfFields(sections, header.BigEndian, is64Bit);
            facts = facts with
            {
                Sections = ReadSections(
                    reader, fields, sectionLength, details.HasFlag(ExecutableDetails.SectionNames) ? namesIndex : -1, out var end),
            };
            end = Math.Max(end, (long)sectionsAt + sections.Length);
            facts = facts with { OverlayStart = end < reader.Length ? end : null };
        }

        return facts with { HeadersWereRead = true, EntryPoint = entryPoint, Faults = faults.DrainToImmutable() };
    }

    /// <summary>The first segment whose memory covers the address; sums wrap at the format's width.</summary>
    private static bool TryMapEntry(ElfFields segments, int length, ulong entry, out uint offset)
    {
        for (var at = 0; at < segments.Length; at += length)
        {
            var fileOffset = segments.Address(at + 4, at + 8);
            var address = segments.Address(at + 8, at + 16);
            var memory = segments.Address(at + 20, at + 40);
            var end = unchecked(address + memory);
            if (!segments.Is64Bit)
                end = (uint)end;
            if (address <= entry && end > entry)
            {
                offset = unchecked((uint)(entry - address + fileOffset));
                return true;
            }
        }

        offset = 0;
        return false;
    }

    private static ImmutableArray<ExecutableSection> ReadSections(
        BoundedReader reader, ElfFields headers, int length, int namesIndex, out long end)
    {
        const uint noBits = 8;
        end = 0;
        var count = headers.Length / length;
        var namesAt = namesIndex > 0 && namesIndex < count
            ? headers.Address(namesIndex * length + 16, namesIndex * length + 24) : ulong.MaxValue;
        var sections = ImmutableArray.CreateBuilder<ExecutableSection>(count);
        for (var at = 0; at < headers.Length; at += length)
        {
            var address = headers.Address(at + 12, at + 16);
            // ClamAV keeps 32 bits of both.
            var offset = (uint)headers.Address(at + 16, at + 24);
            var stated = (uint)headers.Address(at + 20, at + 32);
            var raw = Math.Clamp(reader.Length - offset, 0, stated);
            if (headers.UInt32(at + 4) != noBits)
                end = Math.Max(end, raw > 0 ? offset + raw : 0);
            sections.Add(new ExecutableSection(offset, raw, address, stated, Name(reader, namesAt, headers.UInt32(at))));
        }

        return sections.MoveToImmutable();
    }

    private static string Name(BoundedReader reader, ulong namesAt, uint nameOffset)
    {
        if (namesAt >= (ulong)reader.Length || nameOffset >= (ulong)reader.Length - namesAt)
            return "";
        var at = (long)namesAt + nameOffset;
        if (!reader.TryPeekAt(at, (int)Math.Min(ElfFormat.MaximumNameLength, reader.Length - at), out var span))
            return "";
        var end = span.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? span : span[..end]);
    }

    private static ExecutableFacts Broken(ExecutableFacts facts, ImmutableArray<Fault>.Builder faults, string id, long offset)
    {
        faults.Add(new Fault(id, offset));
        return facts with { Sections = [], OverlayStart = null, Faults = faults.DrainToImmutable() };
    }
}
