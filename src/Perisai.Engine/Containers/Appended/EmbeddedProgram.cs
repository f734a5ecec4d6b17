using System.Buffers.Binary;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Containers.Appended;

/// <summary>A PE file within other data.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The first byte behind its sections and certificates, as its headers say.</param>
internal sealed record EmbeddedProgram(long Start, long End)
{
    /// <summary>The longest DOS part that is looked for before a PE header. Linkers write 80 to 1F0 (hexadecimal).</summary>
    private const int MaximumDosLength = 4096;

    private const int MinimumDosLength = 4;

    /// <summary>
    /// The program whose PE header lies at an offset: the nearest MZ before it that points to it, with headers as ClamAV would take them
    /// for its own. Null where there is none.
    /// </summary>
    public static EmbeddedProgram? Find(ByteSource source, BoundedReader reader, long header)
    {
        var from = Math.Max(0, header - MaximumDosLength);
        reader.Position = from;
        if (!reader.TryPeekSpan((int)(header - from), out var before))
            return null;
        for (var search = before; ;)
        {
            var at = search.LastIndexOf("MZ"u8);
            if (at < 0)
                return null;
            var distance = before.Length - at;
            // The pointer may lie in the PE header, as it does in programs of less than a kilobyte.
            reader.Position = from + at + PeFormat.HeaderPointerOffset;
            if (distance >= MinimumDosLength && reader.TryReadUInt32(out var pointer) && pointer == distance)
                return Measure(source, reader, from + at, distance);
            // The view is gone with the read.
            reader.Position = from;
            if (!reader.TryPeekSpan((int)(header - from), out before))
                return null;
            search = before[..at];
        }
    }

    private static EmbeddedProgram? Measure(ByteSource source, BoundedReader reader, long start, int headerOffset)
    {
        var slice = new SliceByteSource(source, start, source.Length - start);
        var facts = Formats.Pe.PeReader.Read(new BoundedReader(slice, reader.Budget), Formats.ExecutableDetails.None);
        if (!facts.HeadersWereRead)
            return null;
        // The table of the sections may reach farther than they do.
        var end = Math.Max(facts.OverlayStart ?? slice.Length, headerOffset + TableEnd(reader, start + headerOffset));
        // Certificates are behind the sections, and their directory holds an offset.
        var directory = start + headerOffset + PeFormat.FileHeaderLength
            + (facts.Is64Bit ? PeFormat.OptionalHeaderLength64 : PeFormat.OptionalHeaderLength32) + 8 * PeFormat.SecurityDirectory;
        Span<byte> bytes = stackalloc byte[8];
        reader.Position = directory;
        if (reader.TryRead(bytes))
        {
            long certificates = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            if (certificates >= end && certificates - end < 16 && length <= slice.Length - certificates)
                end = certificates + length;
        }

        return new(start, start + end);
    }

    /// <summary>Where the section table ends, from the PE header on; 0 where that cannot be read.</summary>
    private static long TableEnd(BoundedReader reader, long header)
    {
        Span<byte> bytes = stackalloc byte[PeFormat.FileHeaderLength];
        reader.Position = header;
        return reader.TryRead(bytes)
            ? PeFormat.FileHeaderLength + BinaryPrimitives.ReadUInt16LittleEndian(bytes[20..])
                + PeFormat.SectionHeaderLength * BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..])
            : 0;
    }
}
