namespace Perisai.Engine.Formats.Pe;

/// <summary>A signature of a PE file. What could not be read is null.</summary>
internal sealed class AuthenticodeSignature
{
    /// <summary>
    /// Whether the signature is intact: it covers the file's digest, the signer's key made it, and each certificate of the chain inside was signed by
    /// the next. It does not say that the signer is to be trusted: nothing is compared with a list of roots.
    /// </summary>
    public bool IsVerified { get; set; }

    /// <summary>The name of the algorithm, as OpenSSL has it.</summary>
    public string? DigestAlgorithm { get; set; }

    /// <summary>The file's digest as the signature states it.</summary>
    public byte[]? Digest { get; set; }

    /// <summary>The file's digest as it is.</summary>
    public byte[]? FileDigest { get; set; }

    /// <summary>Null where the message could not be read.</summary>
    public List<CertificateFacts>? Certificates { get; set; }

    public AuthenticodeSigner? Signer { get; set; }

    public List<Countersignature> Countersignatures { get; } = [];
}

/// <summary>Who signed.</summary>
internal sealed class AuthenticodeSigner
{
    /// <summary>A description that the signer gave, in UTF-8.</summary>
    public byte[]? ProgramName { get; set; }

    public string? DigestAlgorithm { get; set; }

    /// <summary>The digest of the signed content.</summary>
    public byte[]? Digest { get; set; }

    /// <summary>From the signer's certificate as far up as the certificates inside reach.</summary>
    public List<CertificateFacts>? Chain { get; set; }
}

/// <summary>Somebody else's word for when the signature was made.</summary>
internal sealed class Countersignature
{
    public bool IsVerified { get; set; }

    public string? DigestAlgorithm { get; set; }

    public byte[]? Digest { get; set; }

    /// <summary>Seconds since 1970.</summary>
    public long? Time { get; set; }

    public List<CertificateFacts>? Chain { get; set; }
}

/// <summary>What rules ask of a certificate.</summary>
/// <param name="Thumbprint">Its SHA-1.</param>
/// <param name="Issuer">On one line, as OpenSSL writes it: <c>/C=US/O=…/CN=…</c>.</param>
/// <param name="Subject">Likewise.</param>
/// <param name="Version">3 for all that are in use.</param>
/// <param name="AlgorithmIdentifier">Of its signature, in numbers and dots.</param>
/// <param name="Serial">Bytes in hexadecimal digits, with colons between; null where it is longer than a serial number may be.</param>
/// <param name="NotBefore">Seconds since 1970.</param>
/// <param name="NotAfter">Likewise.</param>
internal sealed record CertificateFacts(
    byte[] Thumbprint, byte[] Issuer, byte[] Subject, int Version, string AlgorithmIdentifier, string? Serial, long NotBefore, long NotAfter);
