using Perisai.Engine.Formats;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Containers.Pe;

/// <summary>
/// Whether clamscan would call a program broken when it is asked to (<c>--alert-broken</c>): headers that ClamAV cannot use, alignments that the
/// loader of Windows does not take, sections that do not follow one another in memory. Drivers, the
/// native subsystem, may do as they like with alignments. Measured with clamscan 1.4.6 on damaged files.
/// </summary>
internal static class PeSoundness
{
    private const int LeastFileAlignment = 0x200;
    private const int LeastSectionAlignment = 0x1000;
    private const int Native = 1;

    /// <summary>What is wrong; null where nothing is.</summary>
    public static string? FindFlaw(PeImage? image, ExecutableFacts facts, BoundedReader reader)
    {
        if (!facts.HeadersWereRead)
            return facts.Faults is [var fault, ..] ? Judge(fault, reader) : "headers";
        if (image is null || image.UInt16(24 + 68) == Native)
            return null;
        var alignment = image.UInt32(24 + 32);
        if (image.FileAlignment == 0 || image.FileAlignment % LeastFileAlignment != 0)
            return "file alignment";
        if (alignment == 0 || alignment % LeastSectionAlignment != 0)
            return "section alignment";
        var next = RoundUp(image.UInt32(24 + 60), alignment);
        foreach (var section in image.Sections)
        {
            if (section.Address % alignment != 0)
                return "section address";
            if (section.Address != next)
                return "section out of place";
            next += RoundUp(section.VirtualLength != 0 ? section.VirtualLength : section.RawLength, alignment);
        }

        return null;
    }

    /// <summary>Of headers that are cut short, a missing file header or list of directories is no flaw to clamscan.</summary>
    private static string? Judge(Fault fault, BoundedReader reader)
    {
        reader.Position = PeFormat.HeaderPointerOffset;
        var isCutInDirectories = fault.Id == PeFaults.TruncatedHeader && reader.TryReadUInt32(out var header)
            && fault.Offset > (long)header + PeFormat.FileHeaderLength && fault.Offset + 8 * PeFormat.MaximumDirectories > reader.Length;
        return fault.Id == PeFaults.NoPeHeader || isCutInDirectories ? null : fault.Id;
    }

    private static ulong RoundUp(uint value, uint unit) => ((ulong)value + unit - 1) / unit * unit;
}
