namespace Perisai.Engine.Formats.Authenticode;

/// <summary>What a definition says of certificates: programs signed with them are trusted, or are a threat.</summary>
internal sealed class CertificateRule
{
    public required string Name { get; init; }

    /// <summary>Otherwise it blocks.</summary>
    public required bool IsTrusted { get; init; }

    /// <summary>As <see cref="SigningCertificate.Subject"/>.</summary>
    public required byte[] Subject { get; init; }

    /// <summary>As <see cref="SigningCertificate.Serial"/>; null for every serial number.</summary>
    public byte[]? Serial { get; init; }

    public required RsaKey Key { get; init; }

    /// <summary>What the key is trusted with.</summary>
    public KeyUses Uses { get; init; }

    /// <summary>Certificates that were valid before this are not meant (seconds since 1970).</summary>
    public long NotBefore { get; init; }

    /// <summary>Whether the rule blocks a certificate. What the key is for does not count then.</summary>
    public bool Blocks(SigningCertificate certificate) => !IsTrusted && Names(certificate);

    /// <summary>Whether the rule trusts a certificate itself; others it may trust because this rule's key signed them.</summary>
    public bool Trusts(SigningCertificate certificate) =>
        IsTrusted && Names(certificate) && (certificate.Uses & ~Uses) == 0 && certificate.NotBefore >= NotBefore;

    private bool Names(SigningCertificate certificate) =>
        Subject.AsSpan().SequenceEqual(certificate.Subject) && Key.HasModulusOf(certificate.Key)
        && (Serial is null || Serial.AsSpan().SequenceEqual(certificate.Serial));
}
