using Perisai.Engine.Definitions.Segments;

namespace Perisai.Engine.Definitions.Hashes;

/// <summary>A digest table of a segment, looked up in place.</summary>
internal sealed unsafe class HashTable
{
    private readonly SegmentFile _file;
    private readonly uint _parameter;
    private readonly byte* _memory;
    private readonly int _log2Buckets;
    private readonly uint _count;
    private readonly int _headerLength;
    private readonly ulong* _sizes;
    private readonly int _log2Bits;

    public HashTable(SegmentFile file, HashTableKey key)
    {
        _file = file;
        Key = key;
        _parameter = key.Parameter;
        _memory = file.Pointer(SectionKind.HashTable, _parameter);
        file.EnsureVerified(SectionKind.HashTable, _parameter, 0, 8);
        _log2Buckets = *(int*)_memory;
        _count = *(uint*)(_memory + 4);
        _headerLength = (8 + (((1 << _log2Buckets) + 1) * 4) + 15) & ~15;
        _sizes = (ulong*)file.Pointer(SectionKind.HashSizes, _parameter);
        file.EnsureVerified(SectionKind.HashSizes, _parameter, 0, 8);
        _log2Bits = (int)(*_sizes & 63);
        AnySize = (*_sizes >> 32 & 1) != 0;
    }

    public HashTableKey Key { get; }

    public long Count => _count;

    /// <summary>Whether some definition has no size, so that every object's digest is needed.</summary>
    public bool AnySize { get; }

    /// <summary>Whether a definition may ask for objects of this size. May be wrong in one direction only.</summary>
    public bool MayHaveSize(long size)
    {
        if (AnySize)
            return true;
        var bit = HashKey.Mix((ulong)size + 1) >> (64 - _log2Bits);
        _file.EnsureVerified(SectionKind.HashSizes, _parameter, 8 + ((long)(bit >> 6) * 8), 8);
        return (_sizes[1 + (bit >> 6)] >> (int)(bit & 63) & 1) != 0;
    }

    /// <summary>
    /// Appends the numbers of the definitions for a digest and a size: those for the size in source order, then those for any size. There may be
    /// several, of which the first may be retracted or unwanted.
    /// </summary>
    public void Find(ReadOnlySpan<byte> digest, long size, List<uint> numbers)
    {
        FindExact(HashKey.From(digest, size), numbers);
        if (AnySize)
            FindExact(HashKey.From(digest, HashKey.AnySize), numbers);
    }

    private void FindExact(in HashKey key, List<uint> numbers)
    {
        var bucket = _log2Buckets == 0 ? 0 : key.Head >> (32 - _log2Buckets);
        _file.EnsureVerified(SectionKind.HashTable, _parameter, 8 + (bucket * 4L), 8);
        var starts = (uint*)(_memory + 8);
        var first = starts[bucket];
        var end = Math.Min(starts[bucket + 1], _count);
        if (first >= end)
            return;
        _file.EnsureVerified(SectionKind.HashTable, _parameter, _headerLength + (first * 16L), (end - first) * 16L);
        var entries = (HashEntry*)(_memory + _headerLength);
        for (var i = first; i < end; i++)
        {
            if (entries[i].A == key.A && entries[i].B == key.B && entries[i].C == key.C)
                numbers.Add(entries[i].Definition);
        }
    }
}
