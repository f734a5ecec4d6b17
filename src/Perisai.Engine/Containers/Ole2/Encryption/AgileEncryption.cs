using System.Security.Cryptography;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>Agile encryption ([MS-OFFCRYPTO] 2.3.4.10 to 15), which Office writes since 2010.</summary>
internal static class AgileEncryption
{
    private const int Block = 16;

    private static ReadOnlySpan<byte> ForVerifierInput => [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];

    private static ReadOnlySpan<byte> ForVerifierHash => [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];

    private static ReadOnlySpan<byte> ForKey => [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];

    public static PackageKey? FindKey(ReadOnlySpan<byte> info, IMemberSink sink, out string detail)
    {
        detail = "";
        if (info.Length <= 8 || !AgileDescription.TryRead(info[8..], out var package, out var password) || password.Spins is < 0 or > PasswordHash.MaxSpins
            || !IsWhole(password.VerifierInput) || !IsWhole(password.VerifierHash) || !IsWhole(password.EncryptedKey))
        {
            detail = "Agile encryption of a kind that is not known, or not described wholly.";
            return null;
        }

        foreach (var text in OfficePasswords.Of(sink))
        {
            if (PasswordHash.Compute(password.Algorithm, password.Salt, text, password.Spins, sink.Budget) is not { } spun)
                return null;
            var input = Decrypt(spun, ForVerifierInput, password, password.VerifierInput);
            var expected = Decrypt(spun, ForVerifierHash, password, password.VerifierHash);
            var hash = PasswordHash.Hash(password.Algorithm, input);
            if (expected.Length < hash.Length || !expected.AsSpan(0, hash.Length).SequenceEqual(hash))
                continue;
            var key = Decrypt(spun, ForKey, password, password.EncryptedKey);
            return key.Length < package.KeyLength ? null : new(key[..package.KeyLength], package.Salt, package.Algorithm);
        }

        return null;
    }

    private static bool IsWhole(byte[] encrypted) => encrypted.Length is > 0 and <= 256 && encrypted.Length % Block == 0;

    private static byte[] Decrypt(byte[] spun, ReadOnlySpan<byte> purpose, AgileDescription password, byte[] encrypted)
    {
        using var aes = Aes.Create();
        aes.Key = PasswordHash.Fit(PasswordHash.Hash(password.Algorithm, [.. spun, .. purpose]), password.KeyLength);
        return aes.DecryptCbc(encrypted, PasswordHash.Fit(password.Salt, Block), PaddingMode.None);
    }
}
