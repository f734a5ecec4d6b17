using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Perisai.Engine.Formats.Pe;

/// <summary>Reads certificates (RFC 5280) and puts chains together. Throws for malformed ones; <see cref="AuthenticodeReader"/> catches.</summary>
internal static class CertificateReader
{
    /// <summary>Certificates in a chain; real ones have four.</summary>
    private const int MaximumChainLength = 16;

    /// <summary>Signatures tried for one chain. A message may bring thousands of certificates of one name.</summary>
    private const int MaximumTries = 64;

    /// <summary>The buffer that YARA gives OpenSSL for a name. The part that would not fit and what follows are left out.</summary>
    private const int MaximumNameLength = 255;

    /// <summary>A serial number has 20 bytes at most.</summary>
    private const int MaximumSerialLength = 20;

    public static CertificateFacts Describe(X509Certificate2 certificate)
    {
        var serial = certificate.SerialNumberBytes.Span;
        return new CertificateFacts(
            SHA1.HashData(certificate.RawData), OneLine(certificate.IssuerName.RawData), OneLine(certificate.SubjectName.RawData),
            certificate.Version, certificate.SignatureAlgorithm.Value ?? "",
            serial.Length <= MaximumSerialLength ? Encoding.ASCII.GetString(WithColons(serial)) : null,
            new DateTimeOffset(certificate.NotBefore.ToUniversalTime()).ToUnixTimeSeconds(),
            new DateTimeOffset(certificate.NotAfter.ToUniversalTime()).ToUnixTimeSeconds());
    }

    /// <summary>From the signer on, as long as the issuer's certificate is among the others.</summary>
    public static List<X509Certificate2> BuildChain(X509Certificate2 signer, X509Certificate2Collection others)
    {
        var chain = new List<X509Certificate2> { signer };
        var tries = 0;
        while (chain.Count < MaximumChainLength)
        {
            var last = chain[^1];
            if (last.SubjectName.RawData.AsSpan().SequenceEqual(last.IssuerName.RawData))
                break;
            X509Certificate2? issuer = null;
            foreach (var other in others)
            {
                // Of several with one name that whose key made the signature; else the first.
                if (!other.SubjectName.RawData.AsSpan().SequenceEqual(last.IssuerName.RawData) || chain.Contains(other))
                    continue;
                issuer ??= other;
                if (++tries > MaximumTries)
                    break;
                if (IsSignedBy(last, other) == true)
                {
                    issuer = other;
                    break;
                }
            }

            if (issuer is null)
                break;
            chain.Add(issuer);
        }

        return chain;
    }

    /// <summary>Whether no certificate of the chain was signed by another than the next. An algorithm that is not at hand proves nothing.</summary>
    public static bool IsConsistent(List<X509Certificate2> chain)
    {
        for (var i = 0; i + 1 < chain.Count; i++)
        {
            if (IsSignedBy(chain[i], chain[i + 1]) == false)
                return false;
        }

        return true;
    }

    /// <summary>Null: cannot be told.</summary>
    private static bool? IsSignedBy(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        try
        {
            var reader = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.BER).ReadSequence();
            var content = reader.ReadEncodedValue().Span;
            reader.ReadEncodedValue();
            var signature = reader.ReadBitString(out _);
            if (HashOfSignature(certificate.SignatureAlgorithm.Value) is not { } hash)
                return null;
            using var rsa = issuer.GetRSAPublicKey();
            if (rsa is not null)
                return rsa.VerifyData(content, signature, hash, RSASignaturePadding.Pkcs1);
            using var ecdsa = issuer.GetECDsaPublicKey();
            return ecdsa?.VerifyData(content, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }

    private static HashAlgorithmName? HashOfSignature(string? algorithm) => algorithm switch
    {
        "1.2.840.113549.1.1.4" => HashAlgorithmName.MD5,
        "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" or "1.2.840.10045.4.1" => HashAlgorithmName.SHA1,
        "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
        _ => null,
    };

    private static byte[] WithColons(ReadOnlySpan<byte> bytes)
    {
        var text = new byte[Math.Max(0, bytes.Length * 3 - 1)];
        for (var i = 0; i < bytes.Length; i++)
        {
            text[i * 3] = HexDigit(bytes[i] >> 4);
            text[i * 3 + 1] = HexDigit(bytes[i] & 15);
            if (i + 1 < bytes.Length)
                text[i * 3 + 2] = (byte)':';
        }

        return text;
    }

    private static byte HexDigit(int value) => (byte)"0123456789abcdef"[value];

    /// <summary>A name as OpenSSL's <c>X509_NAME_oneline</c> prints it: each part after a slash, the parts of one set joined by plus.</summary>
    private static byte[] OneLine(byte[] name)
    {
        var text = new List<byte>();
        var sets = new AsnReader(name, AsnEncodingRules.BER).ReadSequence();
        while (sets.HasData)
        {
            var set = sets.ReadSetOf(skipSortOrderValidation: true);
            for (var isFirst = true; set.HasData; isFirst = false)
            {
                var attribute = set.ReadSequence();
                var part = new List<byte> { isFirst ? (byte)'/' : (byte)'+' };
                part.AddRange(Encoding.ASCII.GetBytes(ShortName(attribute.ReadObjectIdentifier())));
                part.Add((byte)'=');
                foreach (var value in ValueOf(attribute.ReadEncodedValue()))
                {
                    if (value is >= 0x20 and <= 0x7E)
                        part.Add(value);
                    else
                        part.AddRange(Encoding.ASCII.GetBytes($"\\x{value:X2}"));
                }

                if (text.Count + part.Count > MaximumNameLength)
                    return [.. text];
                text.AddRange(part);
            }
        }

        return [.. text];
    }

    /// <summary>The bytes of a string of any kind.</summary>
    private static byte[] ValueOf(ReadOnlyMemory<byte> encoded)
    {
        AsnDecoder.ReadEncodedValue(encoded.Span, AsnEncodingRules.BER, out var start, out var length, out _);
        return encoded.Slice(start, length).ToArray();
    }

    /// <summary>OpenSSL's short names of the attributes that occur in names of certificates (RFC 4519, RFC 5280, CA/Browser Forum).</summary>
    private static string ShortName(string identifier) => identifier switch
    {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "street",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.13" => "description",
        "2.5.4.15" => "businessCategory",
        "2.5.4.16" => "postalAddress",
        "2.5.4.17" => "postalCode",
        "2.5.4.18" => "postOfficeBox",
        "2.5.4.20" => "telephoneNumber",
        "2.5.4.41" => "name",
        "2.5.4.42" => "GN",
        "2.5.4.43" => "initials",
        "2.5.4.44" => "generationQualifier",
        "2.5.4.45" => "x500UniqueIdentifier",
        "2.5.4.46" => "dnQualifier",
        "2.5.4.65" => "pseudonym",
        "2.5.4.97" => "organizationIdentifier",
        "1.2.840.113549.1.9.1" => "emailAddress",
        "1.2.840.113549.1.9.2" => "unstructuredName",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.3.6.1.4.1.311.60.2.1.1" => "jurisdictionL",
        "1.3.6.1.4.1.311.60.2.1.2" => "jurisdictionST",
        "1.3.6.1.4.1.311.60.2.1.3" => "jurisdictionC",
        _ => identifier,
    };
}
