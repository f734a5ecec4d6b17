using System.Security.Cryptography;

namespace Perisai.Engine.Formats.Authenticode;

/// <summary>What of a certificate (RFC 5280) matters for trust. Only RSA keys of 1,024 to 4,096 bits are read, as ClamAV does.</summary>
internal sealed class SigningCertificate
{
    private const int LeastKeyLength = 1024 / 8;
    private const int GreatestKeyLength = 4096 / 8;

    /// <summary>Public exponents are small; a long one would only cost time.</summary>
    private const int LongestExponent = 4;

    /// <summary>SHA-1 of the subject's name, without the tag and length around it, by which ClamAV's rules know it.</summary>
    public required byte[] Subject { get; init; }

    /// <summary>Likewise of the issuer's name.</summary>
    public required byte[] Issuer { get; init; }

    /// <summary>Likewise of the serial number.</summary>
    public required byte[] Serial { get; init; }

    public required RsaKey Key { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long NotBefore { get; init; }

    public required long NotAfter { get; init; }

    /// <summary>The digest in the issuer's signature; null where it is not one to trust.</summary>
    public required HashAlgorithmName? Algorithm { get; init; }

    /// <summary>That digest of what is signed; empty without an algorithm.</summary>
    public required byte[] ContentDigest { get; init; }

    public required byte[] Signature { get; init; }

    /// <summary>What the key is for; trust can only take away from it.</summary>
    public required KeyUses Uses { get; init; }

    /// <summary>Reads the content of a certificate's outermost sequence; null where it is malformed, or has a key of another kind.</summary>
    public static SigningCertificate? Read(ReadOnlySpan<byte> certificate)
    {
        var outer = new DerReader(certificate);
        if (!outer.TryReadWhole(DerReader.Sequence, out var signed, out var fields)
            || !Algorithms.TryRead(ref outer, out var outerAlgorithm)
            || !outer.TryRead(DerReader.BitString, out var signature) || signature is not [0, ..] || signature.Length > GreatestKeyLength + 1
            || !outer.IsAtEnd)
            return null;
        var reader = new DerReader(fields);
        var isVersion3 = reader.NextTag == DerReader.Context;
        if (isVersion3 && (!reader.TryEnter(DerReader.Context, out var version)
            || !version.TryRead(DerReader.Integer, out var number) || number is not [2] || !version.IsAtEnd))
            return null;
        if (!reader.TryRead(DerReader.Integer, out var serial)
            || !Algorithms.TryRead(ref reader, out var algorithm) || !algorithm.SequenceEqual(outerAlgorithm)
            || !reader.TryRead(DerReader.Sequence, out var issuer)
            || !TryReadValidity(ref reader, out var notBefore, out var notAfter)
            || !reader.TryRead(DerReader.Sequence, out var subject)
            || ReadKey(ref reader) is not { } key)
            return null;
        var uses = KeyUses.Certificates | KeyUses.Times;
        if (isVersion3 ? !CertificateExtensions.TryRead(reader, out uses) : !reader.IsAtEnd)
            return null;
        HashAlgorithmName? digest = Algorithms.TryFindDigest(algorithm, out var found) ? found : null;
        return new()
        {
            Subject = SHA1.HashData(subject),
            Issuer = SHA1.HashData(issuer),
            Serial = SHA1.HashData(serial),
            Key = key,
            NotBefore = notBefore,
            NotAfter = notAfter,
            Algorithm = digest,
            ContentDigest = digest is { } name ? CryptographicOperations.HashData(name, signed) : [],
            Signature = signature[1..].ToArray(),
            Uses = uses,
        };
    }

    private static bool TryReadValidity(ref DerReader reader, out long notBefore, out long notAfter)
    {
        notBefore = notAfter = 0;
        return reader.TryEnter(DerReader.Sequence, out var validity)
            && DerTime.TryRead(ref validity, out notBefore) && DerTime.TryRead(ref validity, out notAfter) && validity.IsAtEnd && notBefore < notAfter;
    }

    /// <summary>SubjectPublicKeyInfo with an RSAPublicKey.</summary>
    private static RsaKey? ReadKey(ref DerReader reader)
    {
        if (!reader.TryEnter(DerReader.Sequence, out var information)
            || !Algorithms.TryRead(ref information, out var algorithm) || !Algorithms.IsRsa(algorithm)
            || !information.TryRead(DerReader.BitString, out var bits) || bits is not [0, ..] || !information.IsAtEnd)
            return null;
        var outer = new DerReader(bits[1..]);
        if (!outer.TryEnter(DerReader.Sequence, out var key) || !outer.IsAtEnd
            || !key.TryRead(DerReader.Integer, out var modulus) || !key.TryRead(DerReader.Integer, out var exponent) || !key.IsAtEnd)
            return null;
        modulus = modulus.TrimStart((byte)0);
        exponent = exponent.TrimStart((byte)0);
        return modulus.Length is < LeastKeyLength or > GreatestKeyLength || exponent.Length is 0 or > LongestExponent
            ? null : new RsaKey(modulus.ToArray(), exponent.ToArray());
    }
}

/// <summary>What a key may sign.</summary>
[Flags]
internal enum KeyUses
{
    None = 0,

    /// <summary>Programs.</summary>
    Code = 1,

    /// <summary>Time stamps.</summary>
    Times = 2,

    /// <summary>Other certificates.</summary>
    Certificates = 4,
}
