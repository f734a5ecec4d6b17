using System.Numerics;
using System.Runtime.InteropServices;
using Perisai.Engine.Definitions.Segments;

namespace Perisai.Engine.Definitions.Hashes;

/// <summary>A row of a digest table, 16 bytes: twelve of the key, and the number of the definition.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 16)]
internal struct HashEntry
{
    public uint A;
    public uint B;
    public uint C;
    public uint Definition;
}

/// <summary>
/// Builds one digest table: a bucket index by the digest's first bits, then rows of 16 bytes by bucket, four to eight a bucket: one or
/// two cache lines. With names and the index it comes to 17 to 23 bytes a definition.
/// </summary>
internal sealed class HashTableBuilder
{
    private readonly List<(uint Head, HashEntry Entry)> _rows = [];
    private readonly HashSet<long> _sizes = [];
    private bool _anySize;

    public int Count => _rows.Count;

    public void Add(ReadOnlySpan<byte> digest, long size, uint definition)
    {
        var key = HashKey.From(digest, size);
        _rows.Add((key.Head, new HashEntry { A = key.A, B = key.B, C = key.C, Definition = definition }));
        if (size == HashKey.AnySize)
            _anySize = true;
        else
            _sizes.Add(size);
    }

    public void Write(SegmentWriter writer, HashTableKey key, Func<uint, bool> isRetracted)
    {
        _rows.RemoveAll(row => isRetracted(row.Entry.Definition));
        if (_rows.Count == 0)
            return;
        var log2Buckets = Math.Clamp(BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)_rows.Count)) - 3, 0, 26);
        var shift = 32 - log2Buckets;
        uint Bucket(uint head) => log2Buckets == 0 ? 0 : head >> shift;
        var starts = new uint[(1 << log2Buckets) + 1];
        foreach (var (head, _) in _rows)
            starts[Bucket(head) + 1]++;
        for (var i = 1; i < starts.Length; i++)
            starts[i] += starts[i - 1];
        var entries = new HashEntry[_rows.Count];
        var next = starts.AsSpan(0, starts.Length - 1).ToArray();
        foreach (var (head, entry) in _rows)
            entries[next[Bucket(head)]++] = entry;
        // header · starts · entries at a multiple of 16
        var headerLength = (8 + (starts.Length * 4) + 15) & ~15;
        var bytes = new byte[headerLength + (entries.Length * 16)];
        MemoryMarshal.Write(bytes, (uint)log2Buckets);
        MemoryMarshal.Write(bytes.AsSpan(4), (uint)entries.Length);
        MemoryMarshal.AsBytes<uint>(starts).CopyTo(bytes.AsSpan(8));
        MemoryMarshal.AsBytes<HashEntry>(entries).CopyTo(bytes.AsSpan(headerLength));
        writer.Add<byte>(SectionKind.HashTable, key.Parameter, bytes);
        WriteSizes(writer, key);
    }

    private void WriteSizes(SegmentWriter writer, HashTableKey key)
    {
        var log2Bits = Math.Clamp(BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, _sizes.Count))) + 3, 6, 28);
        var words = new ulong[1 + (1 << (log2Bits - 6))];
        words[0] = (uint)log2Bits | (_anySize ? 1UL << 32 : 0);
        foreach (var size in _sizes)
        {
            var bit = HashKey.Mix((ulong)size + 1) >> (64 - log2Bits);
            words[1 + (bit >> 6)] |= 1UL << (int)(bit & 63);
        }

        writer.Add<ulong>(SectionKind.HashSizes, key.Parameter, words);
    }
}
