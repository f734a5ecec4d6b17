using System.Buffers;
using System.Security.Cryptography;

namespace Perisai.Engine.Scanning;

/// <summary>Computes digests beside the matching, block by block, and only those that a definition asks for. One a thread.</summary>
internal sealed class ObjectDigester : IDisposable
{
    private readonly IncrementalHash[] _hashes =
    [
        IncrementalHash.CreateHash(HashAlgorithmName.MD5),
        IncrementalHash.CreateHash(HashAlgorithmName.SHA1),
        IncrementalHash.CreateHash(HashAlgorithmName.SHA256),
    ];

    private readonly bool[] _wanted = new bool[3];
    private readonly byte[] _digest = new byte[32];

    /// <summary>Begins an object; the flags are in the order of HashAlgorithmKind.</summary>
    public void Begin(ReadOnlySpan<bool> wanted) => wanted.CopyTo(_wanted);

    public void Append(ReadOnlySpan<byte> block)
    {
        for (var i = 0; i < _hashes.Length; i++)
        {
            if (_wanted[i])
                _hashes[i].AppendData(block);
        }
    }

    /// <summary>The digest of an algorithm that was wanted, valid until the next call; the algorithm is then ready for another object.</summary>
    public ReadOnlySpan<byte> Finish(int algorithm)
    {
        _wanted[algorithm] = false;
        return _digest.AsSpan(0, _hashes[algorithm].GetHashAndReset(_digest));
    }

    public void Dispose()
    {
        foreach (var hash in _hashes)
            hash.Dispose();
    }

    /// <summary>All three of a source, in hex. Of a sparse one, what its stretches hold.</summary>
    public static ObjectDigests Compute(ByteSource source, ScanBudget budget)
    {
        using var digester = new ObjectDigester();
        digester.Begin([true, true, true]);
        var buffer = ArrayPool<byte>.Shared.Rent(128 << 10);
        try
        {
            foreach (var (start, length) in source.Ranges ?? [new(0, long.MaxValue)])
            {
                int count;
                for (var at = start; at - start < length && (count = source.Read(at, Part(buffer, length - (at - start)))) > 0; at += count)
                {
                    digester.Append(buffer.AsSpan(0, count));
                    if (!budget.ChargeRead(count))
                        return new("", "", "");
                }
            }
        }
        catch (IOException)
        {
            // The detection stands; only its digests are unknown.
            return new("", "", "");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new(
            Convert.ToHexStringLower(digester.Finish(0)), Convert.ToHexStringLower(digester.Finish(1)), Convert.ToHexStringLower(digester.Finish(2)));

        static Span<byte> Part(byte[] buffer, long length) => buffer.AsSpan(0, (int)Math.Min(buffer.Length, length));
    }
}
