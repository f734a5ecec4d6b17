using System.Buffers.Binary;

namespace Perisai.Engine.Formats.MachO;

/// <summary>
/// A Mach-O image as YARA takes it: the header, then load commands as long as they lie in the file. Other than <see cref="MachOReader"/>, which walks as
/// ClamAV does, it goes by the length of each command. Apple's loader.h.
/// </summary>
internal sealed partial class MachOImage
{
    /// <summary>
    /// Segments that are kept; those after them are counted only. YARA has no such limit; a command may have 8 bytes, and a hostile file millions of them.
    /// Files have some ten.
    /// </summary>
    public const int MaximumSegments = 65_535;

    private const int HeaderLength32 = 28;
    private const int HeaderLength64 = 32;
    private const int CommandLength = 8;
    private const uint MainCommand = 0x8000_0028;

    private readonly BoundedReader _reader;
    private readonly long _start;
    private readonly long _length;
    private readonly bool _bigEndian;
    private Commands? _commands;

    private MachOImage(BoundedReader reader, long start, long length, ReadOnlySpan<byte> header)
    {
        (_reader, _start, _length) = (reader, start, length);
        Magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        _bigEndian = Magic is MachOFormat.Magic32 or MachOFormat.Magic64 or MachOFormat.FatMagic32 or MachOFormat.FatMagic64;
        // What is no magic number at all (in a slice of a fat file) counts as one of 64 bits.
        Is64Bit = Magic is not (MachOFormat.Magic32 or MachOFormat.MagicSwapped32);
        CpuType = UInt32(header, 4);
        CpuSubtype = UInt32(header, 8);
        FileType = UInt32(header, 12);
        CommandCount = UInt32(header, 16);
        CommandsLength = UInt32(header, 20);
        Flags = UInt32(header, 24);
        Reserved = UInt32(header, 28);
    }

    /// <summary>The magic number, read as big-endian whatever the file's order.</summary>
    public uint Magic { get; }

    public bool Is64Bit { get; }

    public uint CpuType { get; }

    public uint CpuSubtype { get; }

    public uint FileType { get; }

    public uint CommandCount { get; }

    public uint CommandsLength { get; }

    public uint Flags { get; }

    /// <summary>Only in images of 64 bits.</summary>
    public uint Reserved { get; }

    /// <summary>Segments by number, and null for commands that are too short to be one.</summary>
    public IReadOnlyList<MachOSegment?> Segments => (_commands ??= ReadCommands()).Segments;

    /// <summary>Commands that claim to be segments.</summary>
    public long SegmentCount => (_commands ??= ReadCommands()).SegmentCount;

    /// <summary>Where the first instruction lies in the image; null where nothing says so.</summary>
    public ulong? EntryPoint => (_commands ??= ReadCommands()).EntryPoint;

    /// <summary>Of the main thread; null where it is not given.</summary>
    public ulong? StackSize => (_commands ??= ReadCommands()).StackSize;

    /// <summary>
    /// The image in a range of the file. Slices of fat files are taken without a look at their magic number; null where there are too few bytes for a
    /// header of 64 bits.
    /// </summary>
    public static MachOImage? TryRead(BoundedReader reader, long start, long length) =>
        length >= HeaderLength64 && reader.TryPeekAt(start, HeaderLength64, out var header) ? new MachOImage(reader, start, length, header) : null;

    public bool TryReadSection(MachOSegment segment, int index, out MachOSection section)
    {
        section = default;
        var length = segment.Is64Bit ? 80 : 68;
        var at = segment.SectionsStart + (long)index * length;
        if ((uint)index >= (uint)segment.SectionsPresent || !TryPeek(at, length, out var bytes))
            return false;
        var wide = segment.Is64Bit;
        var rest = bytes[(wide ? 48 : 40)..];
        section = new MachOSection(
            Name(at, bytes[..16]), Name(at + 16, bytes[16..32]),
            wide ? UInt64(bytes, 32) : UInt32(bytes, 32), wide ? UInt64(bytes, 40) : UInt32(bytes, 36), UInt32(rest, 0), UInt32(rest, 4),
            UInt32(rest, 8), UInt32(rest, 12), UInt32(rest, 16), UInt32(rest, 20), UInt32(rest, 24), wide ? UInt32(rest, 28) : null);
        return true;
    }

    private bool TryPeek(long at, int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        return at <= _length - count && _reader.TryPeekAt(_start + at, count, out bytes);
    }

    private TextPlace Name(long at, ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return new TextPlace(_start + at, end < 0 ? bytes.Length : end);
    }

    private uint UInt32(ReadOnlySpan<byte> bytes, int at) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private ulong UInt64(ReadOnlySpan<byte> bytes, int at) =>
        _bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]) : BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}

/// <summary>A segment command. Of <paramref name="SectionCount"/> sections <paramref name="SectionsPresent"/> lie in the command.</summary>
internal sealed record MachOSegment(
    bool Is64Bit, TextPlace Name, ulong Address, ulong Size, ulong FileOffset, ulong FileSize, uint MaximumProtection, uint InitialProtection,
    uint SectionCount, uint Flags, long SectionsStart, int SectionsPresent);

/// <summary>A section header. The last number is only in those of 64 bits.</summary>
internal readonly record struct MachOSection(
    TextPlace Name, TextPlace SegmentName, ulong Address, ulong Size, uint Offset, uint Alignment, uint RelocationOffset, uint RelocationCount,
    uint Flags, uint Reserved1, uint Reserved2, uint? Reserved3);
