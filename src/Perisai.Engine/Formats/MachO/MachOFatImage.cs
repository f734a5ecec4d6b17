namespace Perisai.Engine.Formats.MachO;

/// <summary>
/// The table of a fat Mach-O as YARA takes it: without a limit to its length, and big-endian throughout. Other than <see cref="MachOFatReader"/> it keeps what
/// the table says of images that are outside of the file.
/// </summary>
internal sealed class MachOFatImage
{
    private const int HeaderLength = 8;

    private readonly BoundedReader _reader;
    private readonly bool _is64Bit;

    private MachOFatImage(BoundedReader reader, uint magic, uint count)
    {
        (_reader, Magic, Count) = (reader, magic, count);
        _is64Bit = magic != MachOFormat.FatMagic32;
        IsWhole = count <= (reader.Length - HeaderLength) / EntryLength;
    }

    public uint Magic { get; }

    /// <summary>As the header says.</summary>
    public uint Count { get; }

    /// <summary>Whether the table lies in the file; else none of it is looked at.</summary>
    public bool IsWhole { get; }

    private int EntryLength => _is64Bit ? 32 : 20;

    public static MachOFatImage? TryRead(BoundedReader reader)
    {
        reader.Position = 0;
        return reader.TryReadUInt32(out var magic, bigEndian: true)
            && magic is MachOFormat.FatMagic32 or MachOFormat.FatMagic64 or 0xBEBAFECA or 0xBFBAFECA
            && reader.TryReadUInt32(out var count, bigEndian: true)
            ? new MachOFatImage(reader, magic, count) : null;
    }

    public bool TryReadEntry(int index, out MachOFatEntry entry)
    {
        entry = default;
        _reader.Position = HeaderLength + (long)index * EntryLength;
        if (!IsWhole || (uint)index >= Count || !_reader.TryReadUInt32(out var cpu, true) || !_reader.TryReadUInt32(out var subtype, true)
            || !TryReadWide(out var offset) || !TryReadWide(out var size) || !_reader.TryReadUInt32(out var alignment, true))
            return false;
        entry = new MachOFatEntry(cpu, subtype, offset, size, alignment);
        return true;
    }

    /// <summary>The image of an entry; null where it does not lie in the file or is too short.</summary>
    public MachOImage? TryReadImage(MachOFatEntry entry) => Lies(entry) ? MachOImage.TryRead(_reader, (long)entry.Offset, (long)entry.Size) : null;

    /// <summary>Whether the entry's image lies in the file.</summary>
    public bool Lies(MachOFatEntry entry) =>
        entry.Offset <= (ulong)_reader.Length && entry.Size <= (ulong)_reader.Length - entry.Offset;

    private bool TryReadWide(out ulong value)
    {
        if (_is64Bit)
            return _reader.TryReadUInt64(out value, true);
        var read = _reader.TryReadUInt32(out var narrow, true);
        value = narrow;
        return read;
    }
}

/// <summary>What a fat file says of one of its images.</summary>
internal readonly record struct MachOFatEntry(uint CpuType, uint CpuSubtype, ulong Offset, ulong Size, uint Alignment);
