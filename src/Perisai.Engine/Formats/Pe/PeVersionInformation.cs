using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Perisai.Engine.Formats.Pe;

/// <summary>
/// Finds where the keys of a PE's version information strings (CompanyName, OriginalFilename …) lie in the file. The walk is
/// ClamAV's, whose <c>VI</c> signatures start at such a key and go on into its value.
/// </summary>
internal static class PeVersionInformation
{
    /// <summary>Resource directory entries looked at in one file. A directory can point at itself; 65,536 is ten times what the largest real programs have.</summary>
    private const int MaximumEntries = 65_536;

    /// <summary>Version resources looked at.</summary>
    private const int MaximumResources = 16;

    private const int DirectoryHeaderLength = 16;
    private const int EntryLength = 8;
    private const uint SubdirectoryBit = 0x8000_0000;

    /// <summary>Length, value length and type of a version information node.</summary>
    private const int NodeHeaderLength = 6;

    private const int FixedInformationLength = 0x34;
    private const uint FixedInformationMagic = 0xFEEF04BD;

    private static ReadOnlySpan<byte> RootKey => "V\0S\0_\0V\0E\0R\0S\0I\0O\0N\0_\0I\0N\0F\0O\0\0\0"u8;

    private static ReadOnlySpan<byte> VariablesKey => "V\0a\0r\0F\0i\0l\0e\0I\0n\0f\0o\0\0\0"u8;

    private static ReadOnlySpan<byte> StringsKey => "S\0t\0r\0i\0n\0g\0F\0i\0l\0e\0I\0n\0f\0o\0\0\0"u8;

    /// <summary>Sorted file offsets, each once.</summary>
    public static ImmutableArray<long> FindKeys(BoundedReader reader, PeLayout layout, ImmutableArray<Fault>.Builder faults)
    {
        if (layout.DirectoryCount <= PeFormat.ResourceDirectory || layout.Directories[PeFormat.ResourceDirectory].Length == 0)
            return [];
        Span<uint> resources = stackalloc uint[MaximumResources];
        var count = FindResources(reader, layout, resources, faults);
        if (count == 0)
            return [];

        var keys = new SortedSet<long>();
        foreach (var address in resources[..count])
        {
            if (!layout.TryMap(address, out var entryOffset) || !reader.TryPeekAt(entryOffset, 16, out var entry))
                continue;
            var dataAddress = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            var dataLength = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
            if (!layout.TryMap(dataAddress, out var dataOffset) || dataLength > reader.Length - dataOffset)
                continue;
            // A node's length has 16 bits, so that no more than this can belong to the root node.
            if (reader.TryPeekAt(dataOffset, (int)Math.Min(dataLength, ushort.MaxValue), out var data))
                CollectKeys(data, dataOffset, keys);
        }

        return [.. keys];
    }

    /// <summary>Addresses of the data entries of all version resources: type, then name, then language.</summary>
    private static int FindResources(BoundedReader reader, PeLayout layout, Span<uint> found, ImmutableArray<Fault>.Builder faults)
    {
        var root = layout.Directories[PeFormat.ResourceDirectory].Address;
        if (!TryOpenDirectory(reader, layout, root, out var typeAt, out var named, out var numbered))
            return 0;
        var budget = MaximumEntries;
        var count = 0;
        typeAt += named * EntryLength;
        for (var i = 0; i < numbered; i++, typeAt += EntryLength)
        {
            if (!TryReadEntry(reader, typeAt, ref budget, faults, out var type, out var typeOffset))
                return 0;
            if (type != PeFormat.VersionResourceType || (typeOffset & SubdirectoryBit) == 0)
                continue;
            if (!TryOpenDirectory(reader, layout, unchecked(root + (typeOffset & ~SubdirectoryBit)), out var nameAt, out named, out numbered))
                return 0;
            // The sum has 16 bits in ClamAV.
            for (var names = (named + numbered) & 0xFFFF; names > 0; names--, nameAt += EntryLength)
            {
                if (!TryReadEntry(reader, nameAt, ref budget, faults, out _, out var nameOffset))
                    return count;
                if ((nameOffset & SubdirectoryBit) == 0)
                    continue;
                if (!TryOpenDirectory(
                    reader, layout, unchecked(root + (nameOffset & ~SubdirectoryBit)), out var languageAt, out named, out numbered))
                    return count;
                for (var languages = (named + numbered) & 0xFFFF; languages > 0; languages--, languageAt += EntryLength)
                {
                    if (!TryReadEntry(reader, languageAt, ref budget, faults, out _, out var languageOffset))
                        return count;
                    if ((languageOffset & SubdirectoryBit) != 0)
                        continue;
                    found[count++] = unchecked(root + languageOffset);
                    if (count == found.Length)
                        return count;
                }
            }

            // Only the first directory of the type counts.
            return count;
        }

        return count;
    }

    private static bool TryOpenDirectory(
        BoundedReader reader, PeLayout layout, uint address, out long entriesAt, out int named, out int numbered)
    {
        entriesAt = named = numbered = 0;
        if (!layout.TryMap(address, out var offset) || !reader.TryPeekAt(offset, DirectoryHeaderLength, out var header))
            return false;
        named = BinaryPrimitives.ReadUInt16LittleEndian(header[12..]);
        numbered = BinaryPrimitives.ReadUInt16LittleEndian(header[14..]);
        entriesAt = (long)offset + DirectoryHeaderLength;
        return true;
    }

    private static bool TryReadEntry(
        BoundedReader reader, long at, ref int budget, ImmutableArray<Fault>.Builder faults, out uint id, out uint offset)
    {
        id = offset = 0;
        if (--budget < 0 || (budget & 0xFF) == 0 && !reader.Budget.CheckTime())
        {
            faults.Add(new Fault(PeFaults.Resources, at, $"more than {MaximumEntries} entries were needed to find the version"));
            return false;
        }

        if (!reader.TryPeekAt(at, EntryLength, out var entry))
            return false;
        id = BinaryPrimitives.ReadUInt32LittleEndian(entry);
        offset = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
        return true;
    }

    /// <summary>
    /// Walks VS_VERSION_INFO > StringFileInfo > StringTable > String. <paramref name="data"/> may be shorter than the lengths in it claim;
    /// every length is held against what is left of its parent and of the data.
    /// </summary>
    private static void CollectKeys(ReadOnlySpan<byte> data, long offset, SortedSet<long> keys)
    {
        const int childrenAt = NodeHeaderLength + 0x20 + 2 + FixedInformationLength;
        if (data.Length < childrenAt)
            return;
        int rootLength = NodeLength(data);
        if (rootLength > data.Length || rootLength <= childrenAt || BinaryPrimitives.ReadUInt16LittleEndian(data[2..]) != FixedInformationLength
            || !data[NodeHeaderLength..].StartsWith(RootKey)
            || BinaryPrimitives.ReadUInt32LittleEndian(data[0x28..]) != FixedInformationMagic)
            return;

        var children = data[childrenAt..rootLength];
        var at = childrenAt;
        // VarFileInfo sometimes stands before the strings.
        if (children.Length > NodeHeaderLength && NodeLength(children) is var variables && variables > NodeHeaderLength + VariablesKey.Length
            && variables <= children.Length && children[NodeHeaderLength..].StartsWith(VariablesKey))
        {
            children = children[variables..];
            at += variables;
        }

        var stringsAt = NodeHeaderLength + StringsKey.Length;
        if (children.Length <= NodeHeaderLength || NodeLength(children) is var strings && (strings > children.Length || strings <= stringsAt)
            || !children[NodeHeaderLength..].StartsWith(StringsKey))
            return;
        CollectTables(children[stringsAt..NodeLength(children)], offset + at + stringsAt, keys);
    }

    private static void CollectTables(ReadOnlySpan<byte> tables, long offset, SortedSet<long> keys)
    {
        // Header, a key of eight digits with its terminator.
        const int stringsAt = 24;
        while (tables.Length > NodeHeaderLength)
        {
            int length = NodeLength(tables);
            if (length > tables.Length || length <= stringsAt || !CollectStrings(tables[stringsAt..length], offset + stringsAt, keys))
                return;
            tables = tables[length..];
            offset += length;
        }
    }

    /// <summary>False: a string claims more than its table holds, and what follows the table is not to be believed either.</summary>
    private static bool CollectStrings(ReadOnlySpan<byte> strings, long offset, SortedSet<long> keys)
    {
        while (strings.Length > NodeHeaderLength)
        {
            var length = (NodeLength(strings) + 3) & ~3;
            if (length > strings.Length || length <= NodeHeaderLength + 2 + 8)
                return false;
            var keyEnd = NodeHeaderLength;
            for (; keyEnd + 1 < length; keyEnd += 2)
            {
                if (strings[keyEnd] == 0 && strings[keyEnd + 1] == 0)
                {
                    keyEnd += 2;
                    break;
                }
            }

            keyEnd = (keyEnd + 3) & ~3;
            // A string without a value is no signature's place.
            if (keyEnd < length && length - keyEnd > 2)
                keys.Add(offset + NodeHeaderLength);
            strings = strings[length..];
            offset += length;
        }

        return true;
    }

    private static int NodeLength(ReadOnlySpan<byte> node) => BinaryPrimitives.ReadUInt16LittleEndian(node);
}
