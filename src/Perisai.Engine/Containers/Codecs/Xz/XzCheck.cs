using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace Perisai.Engine.Containers.Codecs.Xz;

/// <summary>The check of one block: none, CRC-32, CRC-64 or SHA-256; others are passed over, as the format wants.</summary>
internal sealed class XzCheck(int kind) : IDisposable
{
    private static readonly byte[] _lengths = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

    // ECMA-182 with the bits of bytes and of the result in reverse.
    private static readonly Crc64ParameterSet _xzCrc64 = Crc64ParameterSet.Create(0x42F0E1EBA9EA3693, ulong.MaxValue, ulong.MaxValue, true);

    private readonly IncrementalHash? _sha256 = kind == 10 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private readonly Crc32? _crc32 = kind == 1 ? new() : null;
    private readonly Crc64? _crc64 = kind == 4 ? new(_xzCrc64) : null;

    /// <summary>Stored bytes: 0 to 64.</summary>
    public int Length => _lengths[kind];

    public void Append(ReadOnlySpan<byte> data)
    {
        _crc32?.Append(data);
        _crc64?.Append(data);
        _sha256?.AppendData(data);
    }

    /// <summary>Compares with what is stored and starts over.</summary>
    public bool Matches(ReadOnlySpan<byte> stored)
    {
        if (_crc32 is not null)
        {
            var value = _crc32.GetCurrentHashAsUInt32();
            _crc32.Reset();
            return value == BinaryPrimitives.ReadUInt32LittleEndian(stored);
        }

        if (_crc64 is not null)
        {
            var value = _crc64.GetCurrentHashAsUInt64();
            _crc64.Reset();
            return value == BinaryPrimitives.ReadUInt64LittleEndian(stored);
        }

        return _sha256 is null || _sha256.GetHashAndReset().AsSpan().SequenceEqual(stored);
    }

    public void Dispose() => _sha256?.Dispose();
}
