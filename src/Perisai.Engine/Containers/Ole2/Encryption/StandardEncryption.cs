using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>Standard encryption (ECMA-376, [MS-OFFCRYPTO] 2.3.4.5): AES, and a key from 50,000 rounds of SHA-1.</summary>
internal static class StandardEncryption
{
    private const int Spins = 50_000;
    private const int SaltLength = 16;

    public static PackageKey? FindKey(ReadOnlySpan<byte> info, IMemberSink sink, out string detail)
    {
        detail = "";
        // Behind version and flags: the header's length, the header, the verifier.
        if (info.Length < 12 || BinaryPrimitives.ReadUInt32LittleEndian(info[8..]) is var headerLength && (headerLength < 32 || headerLength > info.Length - 12))
        {
            detail = "The description of the encryption is not whole.";
            return null;
        }

        var header = info.Slice(12, (int)headerLength);
        var algorithm = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        var keyLength = algorithm switch
        {
            0x660E => 16,
            0x660F => 24,
            0x6610 => 32,
            _ => 0,
        };
        var verifier = info[(12 + header.Length)..];
        if (keyLength == 0 || verifier.Length < 4 + SaltLength + 16 + 4 + 32)
        {
            detail = $"Algorithm {algorithm:x} of standard encryption.";
            return null;
        }

        var salt = verifier.Slice(4, SaltLength);
        var input = verifier.Slice(20, 16);
        var hash = verifier.Slice(40, 32);
        using var aes = Aes.Create();
        foreach (var password in OfficePasswords.Of(sink))
        {
            if (PasswordHash.Compute(HashAlgorithmName.SHA1, salt, password, Spins, sink.Budget) is not { } spun)
                return null;
            aes.Key = Derive(spun, keyLength);
            var plain = aes.DecryptEcb(input, PaddingMode.None);
            if (aes.DecryptEcb(hash, PaddingMode.None).AsSpan(0, 20).SequenceEqual(PasswordHash.Hash(HashAlgorithmName.SHA1, plain)))
                return new(aes.Key, null, HashAlgorithmName.SHA1);
        }

        return null;
    }

    /// <summary>As the function of Windows that derives keys: two hashes of the hash within constants.</summary>
    private static byte[] Derive(byte[] spun, int length)
    {
        var final = PasswordHash.Hash(HashAlgorithmName.SHA1, [.. spun, 0, 0, 0, 0]);
        Span<byte> inner = stackalloc byte[64];
        Span<byte> outer = stackalloc byte[64];
        inner.Fill(0x36);
        outer.Fill(0x5C);
        for (var index = 0; index < final.Length; index++)
        {
            inner[index] ^= final[index];
            outer[index] ^= final[index];
        }

        byte[] both = [.. PasswordHash.Hash(HashAlgorithmName.SHA1, inner), .. PasswordHash.Hash(HashAlgorithmName.SHA1, outer)];
        return both[..length];
    }
}
