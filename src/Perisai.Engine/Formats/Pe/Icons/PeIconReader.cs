using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Pe.Icons;

/// <summary>
/// Finds and measures the icons of a program as ClamAV does: those of the first group of icons among its resources, in all languages.
/// </summary>
internal sealed class PeIconReader
{
    private const uint IconType = 3;
    private const uint GroupType = 14;

    /// <summary>Icons that groups name: ClamAV's MaxIconsPE.</summary>
    private const int MaximumEntries = 100;

    /// <summary>Icons that are measured; an entry may name one in many languages.</summary>
    private const int MaximumIcons = 1000;

    private const int DataEntryLength = 16;
    private const int GroupHeaderLength = 6;
    private const int GroupEntryLength = 14;

    private readonly BoundedReader _reader;
    private readonly PeLayout _layout;
    private readonly List<IconMetrics> _icons = [];

    private PeIconReader(BoundedReader reader, PeLayout layout) => (_reader, _layout) = (reader, layout);

    /// <summary>The icons; none where the headers are broken, and of libraries, whose icons nobody sees.</summary>
    public static IReadOnlyList<IconMetrics> Read(BoundedReader reader)
    {
        if (PeReader.ReadLayout(reader) is not { IsLibrary: false } layout
            || layout.DirectoryCount <= PeFormat.ResourceDirectory || layout.Directories[PeFormat.ResourceDirectory].Length == 0)
            return [];
        var icons = new PeIconReader(reader, layout);
        icons.ReadGroups();
        return icons._icons;
    }

    private void ReadGroups()
    {
        var search = new PeResourceSearch(_reader, _layout);
        uint? first = null;
        var entries = 0;
        foreach (var (name, address) in search.Find(GroupType, null))
        {
            first ??= name;
            if (name != first || entries >= MaximumEntries)
                return;
            if (!TryReadData(address, out var offset, out var length) || length <= GroupHeaderLength
                || !_reader.TryPeekAt(offset, GroupHeaderLength, out var header) || length > _reader.Length - offset)
                continue;
            int count = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
            count = (int)Math.Min(count, (length - GroupHeaderLength) / GroupEntryLength);
            for (var i = 0; i < count && entries < MaximumEntries; i++, entries++)
            {
                if (!_reader.TryPeekAt(offset + GroupHeaderLength + (i * GroupEntryLength) + 12, 2, out var id))
                    return;
                AddIcons(search, BinaryPrimitives.ReadUInt16LittleEndian(id));
            }
        }
    }

    private void AddIcons(PeResourceSearch search, uint id)
    {
        foreach (var (_, address) in search.Find(IconType, id))
        {
            if (_icons.Count >= MaximumIcons || !_reader.Budget.CheckTime())
                return;
            if (!TryReadData(address, out var offset, out _) || IconBitmap.Read(_reader, offset) is not { } bitmap)
                continue;
            _icons.Add(IconMeasurement.Measure(bitmap.Pixels, bitmap.Width));
        }
    }

    /// <summary>Where a resource's bytes lie, by the address of its entry.</summary>
    private bool TryReadData(uint address, out uint offset, out uint length)
    {
        offset = length = 0;
        if (!_layout.TryMap(address, out var at) || !_reader.TryPeekAt(at, DataEntryLength, out var entry))
            return false;
        length = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
        return _layout.TryMap(BinaryPrimitives.ReadUInt32LittleEndian(entry), out offset);
    }
}
