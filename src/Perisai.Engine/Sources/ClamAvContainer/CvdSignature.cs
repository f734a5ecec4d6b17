using System.Numerics;
using System.Security.Cryptography;

namespace Perisai.Engine.Sources.ClamAvContainer;

/// <summary>
/// ClamAV's own digital signatures. A signature is an RSA number in digits of six bits, the least significant first, for which the letters stand
/// in the order a–z, A–Z, 0–9, +, /.
/// </summary>
internal static class CvdSignature
{
    private const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";

    /// <summary>Signatures are numbers of at most 2048 bits.</summary>
    private const int MaximumDigits = 2048 / 6 + 1;

    /// <summary>
    /// Checks the signature in a header: the MD5 itself, as a number without padding, raised to the private exponent. Whoever can forge an MD5
    /// can forge it; the .info member's signature rests on SHA-256.
    /// </summary>
    public static bool VerifyChecksum(ReadOnlySpan<byte> md5, string signature, CvdPublicKey key) =>
        TryDecode(signature, out var number) && number < key.Modulus
        && BigInteger.ModPow(number, key.Exponent, key.Modulus) == new BigInteger(md5, isUnsigned: true, isBigEndian: true);

    /// <summary>Checks the signature in a .info member: RSA-PSS over a SHA-256, with MGF1 and a salt of 32 bytes.</summary>
    public static bool VerifyInformation(ReadOnlySpan<byte> sha256, string signature, CvdPublicKey key)
    {
        if (!TryDecode(signature, out var number) || number >= key.Modulus)
            return false;
        var modulus = key.Modulus.ToByteArray(isUnsigned: true, isBigEndian: true);
        var bytes = new byte[modulus.Length];
        var shortened = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        shortened.CopyTo(bytes, bytes.Length - shortened.Length);
        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = key.Exponent.ToByteArray(isUnsigned: true, isBigEndian: true) });
        return rsa.VerifyHash(sha256, bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
    }

    /// <summary>The number as text, for tests.</summary>
    internal static string Encode(BigInteger number)
    {
        var text = new System.Text.StringBuilder();
        for (; number > 0; number >>= 6)
            text.Append(Digits[(int)(number & 63)]);
        return text.ToString();
    }

    private static bool TryDecode(string text, out BigInteger number)
    {
        number = 0;
        if (text.Length is 0 or > MaximumDigits)
            return false;
        for (var i = text.Length - 1; i >= 0; i--)
        {
            var digit = Digits.IndexOf(text[i], StringComparison.Ordinal);
            if (digit < 0)
                return false;
            number = (number << 6) | digit;
        }

        return true;
    }
}
