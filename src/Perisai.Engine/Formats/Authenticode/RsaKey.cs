using System.Security.Cryptography;

namespace Perisai.Engine.Formats.Authenticode;

/// <summary>A public key of RSA; both numbers big-endian, without zeros before them.</summary>
internal sealed class RsaKey(byte[] modulus, byte[] exponent)
{
    /// <summary>What ClamAV takes for the exponent of every certificate that a rule names.</summary>
    public static readonly byte[] UsualExponent = [1, 0, 1];

    public byte[] Modulus { get; } = modulus;

    public byte[] Exponent { get; } = exponent;

    public bool HasModulusOf(RsaKey other) => Modulus.AsSpan().SequenceEqual(other.Modulus);

    /// <summary>Whether a signature (PKCS #1, version 1.5) over a digest is this key's.</summary>
    public bool Verifies(byte[] signature, byte[] digest, HashAlgorithmName algorithm)
    {
        try
        {
            using var rsa = RSA.Create(new RSAParameters { Modulus = Modulus, Exponent = Exponent });
            return rsa.VerifyHash(digest, signature, algorithm, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            // Numbers that are no key, which only whoever made the file chose so.
            return false;
        }
    }
}
