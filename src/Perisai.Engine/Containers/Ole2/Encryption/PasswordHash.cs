using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>Hashes a password many times over, as [MS-OFFCRYPTO] 2.3.4.7 and 2.3.4.11 have it.</summary>
internal static class PasswordHash
{
    /// <summary>The specification allows ten times as many; Office writes 100,000. A password must not cost seconds.</summary>
    public const int MaxSpins = 1_000_000;

    /// <summary>The hash; null where the time is over.</summary>
    public static byte[]? Compute(HashAlgorithmName algorithm, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> password, int spins, ScanBudget budget)
    {
        var first = Hash(algorithm, [.. salt, .. password]);
        var buffer = new byte[4 + first.Length];
        first.CopyTo(buffer, 4);
        for (var index = 0; index < spins; index++)
        {
            if (index % 1024 == 0 && !budget.CheckTime())
                return null;
            BinaryPrimitives.WriteInt32LittleEndian(buffer, index);
            CryptographicOperations.HashData(algorithm, buffer, buffer.AsSpan(4));
        }

        return buffer[4..];
    }

    public static byte[] Hash(HashAlgorithmName algorithm, ReadOnlySpan<byte> bytes) => CryptographicOperations.HashData(algorithm, bytes);

    /// <summary>Cuts a hash to a length, or fills it up as the specification says.</summary>
    public static byte[] Fit(byte[] hash, int length)
    {
        var key = new byte[length];
        key.AsSpan().Fill(0x36);
        hash.AsSpan(0, Math.Min(length, hash.Length)).CopyTo(key);
        return key;
    }
}
