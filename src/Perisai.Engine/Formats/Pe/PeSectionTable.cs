using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Perisai.Engine.Formats.Pe;

/// <summary>Turns section headers into the aligned and clipped sections that signatures are written against.</summary>
internal static class PeSectionTable
{
    private const uint FallbackAlignment = 0x200;
    private const uint SignBit = 0x8000_0000;

    /// <param name="headers">The whole table, 40 bytes a section.</param>
    /// <param name="sectionAlignment">SectionAlignment; 0 rounds nothing.</param>
    /// <param name="fileAlignment">FileAlignment; 0 rounds nothing.</param>
    /// <param name="fileLength">What sections are clipped to.</param>
    /// <param name="tableOffset">Where the table stands, for faults.</param>
    /// <param name="withNames">Whether names are wanted.</param>
    /// <param name="faults">What is malformed.</param>
    /// <param name="offsetsHold">Whether ClamAV would accept the table when it resolves offsets.</param>
    /// <param name="digestsHold">Whether ClamAV would accept it when it takes digests.</param>
    public static ImmutableArray<PeSection> Read(
        ReadOnlySpan<byte> headers, uint sectionAlignment, uint fileAlignment, long fileLength, long tableOffset, bool withNames,
        ImmutableArray<Fault>.Builder faults, out bool offsetsHold, out bool digestsHold)
    {
        offsetsHold = digestsHold = true;
        var count = headers.Length / PeFormat.SectionHeaderLength;
        fileAlignment = EffectiveAlignment(headers, fileAlignment);
        var sections = ImmutableArray.CreateBuilder<PeSection>(count);
        var present = 0;
        for (var i = 0; i < count; i++)
        {
            var header = headers.Slice(i * PeFormat.SectionHeaderLength, PeFormat.SectionHeaderLength);
            var virtualLength = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
            var address = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
            var rawLength = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
            var rawOffset = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
            var offset = RoundDown(rawOffset, fileAlignment);
            var length = RoundUp(rawLength, fileAlignment);
            var missing = length != 0 && (offset >= fileLength || rawOffset >= fileLength);
            if (missing)
            {
                faults.Add(new Fault(PeFaults.SectionOutsideFile, tableOffset + i * PeFormat.SectionHeaderLength));
                length = rawLength = 0;
            }
            else if (length != 0)
            {
                if ((long)offset + length > fileLength)
                {
                    faults.Add(new Fault(PeFaults.SectionTruncated, tableOffset + i * PeFormat.SectionHeaderLength));
                    length = (uint)(fileLength - offset);
                }

                // A stated length of 0 cannot be: it would have been rounded to 0.
                if ((long)rawOffset + rawLength > fileLength)
                    rawLength = (uint)(fileLength - rawOffset);
            }

            var memory = RoundUp(virtualLength, sectionAlignment);
            if (memory == 0 && length != 0)
                memory = RoundUp(rawLength, sectionAlignment);
            if (((address | virtualLength | rawLength | (length != 0 ? rawOffset : 0)) & SignBit) != 0)
            {
                faults.Add(new Fault(PeFaults.SectionSign, tableOffset + i * PeFormat.SectionHeaderLength));
                offsetsHold = false;
                // The pass for digests has dropped a missing section before it comes to look at signs.
                digestsHold &= missing;
            }

            if (!missing)
                present++;
            sections.Add(new PeSection(
                RoundDown(address, sectionAlignment), memory, offset, length, length != 0 ? (long)rawOffset + rawLength : 0,
                withNames ? Name(header) : ""));
        }

        digestsHold &= present > 0;
        return sections.MoveToImmutable();
    }

    public static uint RoundDown(uint value, uint alignment) => alignment == 0 ? value : value / alignment * alignment;

    public static uint RoundUp(uint value, uint alignment) =>
        alignment == 0 ? value : unchecked((value / alignment + (value % alignment != 0 ? 1u : 0u)) * alignment);

    /// <summary>
    /// One section at a multiple of 512 that is no multiple of the stated file alignment proves that the loader rounds to 512.
    /// </summary>
    private static uint EffectiveAlignment(ReadOnlySpan<byte> headers, uint fileAlignment)
    {
        if (fileAlignment is 0 or FallbackAlignment)
            return fileAlignment;
        for (var at = 0; at < headers.Length; at += PeFormat.SectionHeaderLength)
        {
            var rawLength = BinaryPrimitives.ReadUInt32LittleEndian(headers[(at + 16)..]);
            var rawOffset = BinaryPrimitives.ReadUInt32LittleEndian(headers[(at + 20)..]);
            if (rawLength != 0 && rawOffset % fileAlignment != 0 && rawOffset % FallbackAlignment == 0)
                return FallbackAlignment;
        }

        return fileAlignment;
    }

    private static string Name(ReadOnlySpan<byte> header)
    {
        var name = header[..8];
        var end = name.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? name : name[..end]);
    }
}
