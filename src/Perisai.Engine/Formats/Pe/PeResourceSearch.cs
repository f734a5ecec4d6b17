using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Pe;

/// <summary>Finds resources of a type as ClamAV does: in the first directory of that type, by number or all, in all languages.</summary>
internal sealed class PeResourceSearch(BoundedReader reader, PeLayout layout)
{
    /// <summary>Directory entries looked at by all searches in one file. A directory can point at itself.</summary>
    private const int MaximumEntries = 262_144;

    private const int DirectoryHeaderLength = 16;
    private const int EntryLength = 8;
    private const uint SubdirectoryBit = 0x8000_0000;

    private readonly uint _root = layout.DirectoryCount > PeFormat.ResourceDirectory ? layout.Directories[PeFormat.ResourceDirectory].Address : 0;
    private int _entries;

    /// <summary>Names (or numbers) of resources, and the addresses of their entries.</summary>
    /// <param name="type">The type's number.</param>
    /// <param name="name">The resource's number; null for all, also those with names.</param>
    public IEnumerable<(uint Name, uint Address)> Find(uint type, uint? name)
    {
        if (_root == 0 || !TryOpen(_root, out var typeAt, out var named, out var numbered))
            yield break;
        typeAt += named * EntryLength;
        for (; numbered > 0; numbered--, typeAt += EntryLength)
        {
            if (!TryReadEntry(typeAt, out var id, out var place))
                yield break;
            if (id != type || (place & SubdirectoryBit) == 0)
                continue;
            foreach (var found in FindNames(Target(place), name))
                yield return found;
            yield break;
        }
    }

    private IEnumerable<(uint Name, uint Address)> FindNames(uint directory, uint? name)
    {
        if (!TryOpen(directory, out var at, out var named, out var numbered))
            yield break;
        // A sum has 16 bits in ClamAV.
        var count = name is null ? (named + numbered) & 0xFFFF : numbered;
        at += name is null ? 0 : named * EntryLength;
        for (; count > 0; count--, at += EntryLength)
        {
            if (!TryReadEntry(at, out var id, out var place))
                yield break;
            if ((name is not null && id != name) || (place & SubdirectoryBit) == 0)
                continue;
            if (!TryOpen(Target(place), out var languageAt, out var first, out var second))
                yield break;
            for (var languages = (first + second) & 0xFFFF; languages > 0; languages--, languageAt += EntryLength)
            {
                if (!TryReadEntry(languageAt, out _, out var entry))
                    yield break;
                if ((entry & SubdirectoryBit) == 0)
                    yield return (id, unchecked(_root + entry));
            }
        }
    }

    private uint Target(uint place) => unchecked(_root + (place & ~SubdirectoryBit));

    private bool TryOpen(uint address, out long entriesAt, out int named, out int numbered)
    {
        entriesAt = named = numbered = 0;
        if (!layout.TryMap(address, out var offset) || !reader.TryPeekAt(offset, DirectoryHeaderLength, out var header))
            return false;
        named = BinaryPrimitives.ReadUInt16LittleEndian(header[12..]);
        numbered = BinaryPrimitives.ReadUInt16LittleEndian(header[14..]);
        entriesAt = (long)offset + DirectoryHeaderLength;
        return true;
    }

    private bool TryReadEntry(long at, out uint id, out uint place)
    {
        id = place = 0;
        if (++_entries > MaximumEntries || ((_entries & 0xFF) == 0 && !reader.Budget.CheckTime()) || !reader.TryPeekAt(at, EntryLength, out var entry))
            return false;
        id = BinaryPrimitives.ReadUInt32LittleEndian(entry);
        place = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
        return true;
    }
}
