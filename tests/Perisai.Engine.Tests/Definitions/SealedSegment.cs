using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Perisai.Engine.Definitions.Segments;

namespace Perisai.Engine.Tests.Definitions;

/// <summary>The bytes of a segment that can be changed and sealed again: all checksums are then right, as somebody who forges one would do it.</summary>
internal sealed unsafe class SealedSegment(byte[] bytes)
{
    public byte[] Bytes { get; } = (byte[])bytes.Clone();

    /// <summary>Where a section lies; nowhere where it is not there.</summary>
    public Range Section(SectionKind kind)
    {
        foreach (ref readonly var section in Sections)
        {
            if (section.Kind == kind)
                return (int)section.Offset..(int)(section.Offset + section.Length);
        }

        return default;
    }

    /// <summary>Computes all checksums anew, from the blocks up.</summary>
    public void Seal()
    {
        var checksums = MemoryMarshal.Cast<byte, ulong>(Bytes.AsSpan(Section(SectionKind.BlockChecksums)));
        foreach (ref var section in Sections)
        {
            if (section.Kind == SectionKind.BlockChecksums)
                continue;
            var content = Bytes.AsSpan((int)section.Offset, (int)section.Length);
            for (var at = 0; at < content.Length; at += SegmentFormat.BlockLength)
                checksums[(int)section.FirstChecksum + (at / SegmentFormat.BlockLength)] =
                    XxHash3.HashToUInt64(content.Slice(at, Math.Min(SegmentFormat.BlockLength, content.Length - at)));
        }

        foreach (ref var section in Sections)
        {
            fixed (byte* sum = section.Sha256)
                SHA256.HashData(Bytes.AsSpan((int)section.Offset, (int)section.Length), new Span<byte>(sum, 32));
        }

        var identity = Bytes.AsSpan(sizeof(SegmentHeader) - 32, 32);
        identity.Clear();
        SHA256.HashData(Bytes.AsSpan(0, SegmentFormat.HeaderLength)).CopyTo(identity);
    }

    private Span<SegmentSection> Sections =>
        MemoryMarshal.Cast<byte, SegmentSection>(Bytes.AsSpan(sizeof(SegmentHeader)))[..(int)MemoryMarshal.Read<SegmentHeader>(Bytes).SectionCount];
}
