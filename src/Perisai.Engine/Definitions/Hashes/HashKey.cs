using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Definitions.Hashes;

/// <summary>Which digest table: algorithm, scope, and whether it allows or detects.</summary>
internal readonly record struct HashTableKey(HashAlgorithmKind Algorithm, HashScope Scope, bool Allows)
{
    /// <summary>The section parameter.</summary>
    public uint Parameter => (uint)Algorithm | ((uint)Scope << 4) | (Allows ? 256u : 0);

    public static HashTableKey FromParameter(uint parameter) =>
        new((HashAlgorithmKind)(parameter & 15), (HashScope)((parameter >> 4) & 15), (parameter & 256) != 0);
}

/// <summary>
/// What is stored of a digest: its first 16 bytes, mixed with the size that the definition demands. A definition for another size thus
/// is another key, and no size need be stored. Of the first four bytes only the bits that choose the bucket count, 17 where there are a million
/// rows; the other twelve are stored and compared in full. So 113 bits have to agree, of an MD5 as of a SHA-256: a row is met by another
/// object with a probability of 2^-113, and any of a million with 2^-93.
/// </summary>
internal readonly record struct HashKey(uint Head, uint A, uint B, uint C)
{
    /// <summary>The size of definitions for any size.</summary>
    public const long AnySize = -1;

    public static HashKey From(ReadOnlySpan<byte> digest, long size)
    {
        var mixed = size == AnySize ? 0 : Mix((ulong)size + 1);
        return new(
            // Big-endian, so that the high bits that choose the bucket are the digest's first.
            BinaryPrimitives.ReadUInt32BigEndian(digest),
            BinaryPrimitives.ReadUInt32LittleEndian(digest[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(digest[8..]) ^ (uint)mixed,
            BinaryPrimitives.ReadUInt32LittleEndian(digest[12..]) ^ (uint)(mixed >> 32));
    }

    /// <summary>A bijection that spreads its bits; distinct sizes give distinct keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong value)
    {
        value ^= value >> 32;
        value *= 0xD6E8FEB86659FD93;
        value ^= value >> 32;
        value *= 0xD6E8FEB86659FD93;
        return value ^ (value >> 32);
    }
}
