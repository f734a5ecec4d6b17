using System.Security.Cryptography;

namespace Perisai.Engine.Containers.Zip;

/// <summary>
/// WinZip's AES encryption (AE-1 and AE-2): a key from the password by PBKDF2 with 1000 rounds of HMAC-SHA1, a counter that counts
/// from 1 with its lowest byte first, and ten bytes of HMAC-SHA1 over the encrypted data behind it.
/// </summary>
internal sealed class ZipAesStream : ForwardStream
{
    private const int Block = 16;
    private const int VerifierLength = 2;
    private const int AuthenticationLength = 10;
    private const int Rounds = 1000;

    private readonly ByteSource _source;
    private readonly long _start;
    private readonly long _end;
    private readonly byte[] _authenticationKey;
    private readonly Aes _aes = Aes.Create();
    private readonly byte[] _counters = new byte[64 * Block];
    private readonly byte[] _mask = new byte[64 * Block];
    private long _position;
    private ulong _counter;
    private int _maskPosition;

    private ZipAesStream(ByteSource source, long start, long end, byte[] key, byte[] authenticationKey)
    {
        _source = source;
        _position = _start = start;
        _end = end;
        _aes.Key = key;
        _authenticationKey = authenticationKey;
        _maskPosition = _mask.Length;
    }

    /// <summary>Opens the data of an entry; null where two bytes tell that the password is wrong: one in 65,536 passes.</summary>
    public static ZipAesStream? TryOpen(ByteSource source, in ZipEntry entry, long offset, ReadOnlySpan<byte> password)
    {
        if (entry.AesStrength is < 1 or > 3)
            return null;
        var keyLength = 8 + entry.AesStrength * 8;
        Span<byte> head = stackalloc byte[keyLength / 2 + VerifierLength];
        if (entry.StoredLength < head.Length + AuthenticationLength || source.Read(offset, head) < head.Length)
            return null;
        Span<byte> derived = stackalloc byte[keyLength * 2 + VerifierLength];
        Rfc2898DeriveBytes.Pbkdf2(password, head[..^VerifierLength], derived, Rounds, HashAlgorithmName.SHA1);
        if (!derived[^VerifierLength..].SequenceEqual(head[^VerifierLength..]))
            return null;
        return new(
            source, offset + head.Length, offset + entry.StoredLength - AuthenticationLength,
            derived[..keyLength].ToArray(), derived[keyLength..^VerifierLength].ToArray());
    }

    /// <summary>Reads all encrypted bytes once and compares their authentication code.</summary>
    public bool IsAuthentic(ScanBudget budget)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, _authenticationKey);
        var buffer = new byte[32 << 10];
        for (var at = _start; at < _end && budget.CheckTime();)
        {
            var count = _source.Read(at, buffer.AsSpan(0, (int)Math.Min(buffer.Length, _end - at)));
            if (count == 0)
                return false;
            hash.AppendData(buffer, 0, count);
            at += count;
        }

        Span<byte> stored = stackalloc byte[AuthenticationLength];
        return _source.Read(_end, stored) == stored.Length && hash.GetHashAndReset().AsSpan(0, AuthenticationLength).SequenceEqual(stored);
    }

    public override int Read(Span<byte> buffer)
    {
        var count = _source.Read(_position, buffer[..(int)Math.Min(buffer.Length, _end - _position)]);
        _position += count;
        for (var index = 0; index < count; index++)
        {
            if (_maskPosition == _mask.Length)
                MakeMask();
            buffer[index] ^= _mask[_maskPosition++];
        }

        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _aes.Dispose();
        base.Dispose(disposing);
    }

    private void MakeMask()
    {
        for (var at = 0; at < _counters.Length; at += Block)
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(_counters.AsSpan(at), ++_counter);
        _aes.EncryptEcb(_counters, _mask, PaddingMode.None);
        _maskPosition = 0;
    }
}
