using System.Security.Cryptography;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Ole2;

/// <summary>Encrypts packages as Office does ([MS-OFFCRYPTO] 2.3.4), after the specification and not after the reader.</summary>
internal static class EncryptionBuilder
{
    private const int Spins = 1000;

    public static byte[] Agile(byte[] package, string password)
    {
        byte[] salt = Random(1, 16), packageSalt = Random(2, 16), key = Random(3, 32), verifier = Random(4, 16);
        var hash = SHA512.HashData([.. salt, .. Encoding.Unicode.GetBytes(password)]);
        for (var spin = 0; spin < Spins; spin++)
            hash = SHA512.HashData([.. BitConverter.GetBytes(spin), .. hash]);
        var info = $"""
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{Convert.ToBase64String(packageSalt)}"/><keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey spinCount="{Spins}" saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{Convert.ToBase64String(salt)}" encryptedVerifierHashInput="{Encrypt("FEA7D2763B4B9E79", verifier)}" encryptedVerifierHashValue="{Encrypt("D7AA0F6D3061344E", SHA512.HashData(verifier))}" encryptedKeyValue="{Encrypt("146E0BE7ABACD0D6", key)}"/></keyEncryptor></keyEncryptors></encryption>
            """;
        var content = new List<byte>(BitConverter.GetBytes((long)package.Length));
        for (var segment = 0; segment * 4096 < package.Length; segment++)
        {
            var vector = SHA512.HashData([.. packageSalt, .. BitConverter.GetBytes(segment)])[..16];
            content.AddRange(Cbc(key, vector, Padded(package.AsSpan(segment * 4096, Math.Min(4096, package.Length - segment * 4096)))));
        }

        return new Ole2Builder().Add("EncryptionInfo", [4, 0, 4, 0, 0x40, 0, 0, 0, .. Encoding.UTF8.GetBytes(info)]).Add("EncryptedPackage", [.. content]).ToArray();

        string Encrypt(string purpose, byte[] value) =>
            Convert.ToBase64String(Cbc(SHA512.HashData([.. hash, .. Convert.FromHexString(purpose)])[..32], salt, value));
    }

    public static byte[] Standard(byte[] package, string password)
    {
        byte[] salt = Random(5, 16), verifier = Random(6, 16);
        var hash = SHA1.HashData([.. salt, .. Encoding.Unicode.GetBytes(password)]);
        for (var spin = 0; spin < 50_000; spin++)
            hash = SHA1.HashData([.. BitConverter.GetBytes(spin), .. hash]);
        hash = SHA1.HashData([.. hash, 0, 0, 0, 0]);
        var padded = new byte[64];
        hash.CopyTo(padded, 0);
        var key = SHA1.HashData(padded.Select(value => (byte)(value ^ 0x36)).ToArray())[..16];
        byte[] provider = [.. Encoding.Unicode.GetBytes("Microsoft Enhanced RSA and AES Cryptographic Provider"), 0, 0];
        byte[] header = [0x24, 0, 0, 0, 0, 0, 0, 0, 0x0E, 0x66, 0, 0, 4, 0x80, 0, 0, 128, 0, 0, 0, 0x18, 0, 0, 0, .. new byte[8], .. provider];
        byte[] info = [3, 0, 2, 0, 0x24, 0, 0, 0, .. BitConverter.GetBytes(header.Length), .. header, 16, 0, 0, 0, .. salt, .. Ecb(key, verifier),
            20, 0, 0, 0, .. Ecb(key, [.. SHA1.HashData(verifier), .. new byte[12]])];
        return new Ole2Builder().Add("EncryptionInfo", info)
            .Add("EncryptedPackage", [.. BitConverter.GetBytes((long)package.Length), .. Ecb(key, Padded(package))]).ToArray();
    }

    private static byte[] Random(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Padded(ReadOnlySpan<byte> bytes) => [.. bytes, .. new byte[-bytes.Length & 15]];

    private static byte[] Cbc(byte[] key, byte[] vector, byte[] plain)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return aes.EncryptCbc(plain, vector, PaddingMode.None);
    }

    private static byte[] Ecb(byte[] key, byte[] plain)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return aes.EncryptEcb(plain, PaddingMode.None);
    }
}
