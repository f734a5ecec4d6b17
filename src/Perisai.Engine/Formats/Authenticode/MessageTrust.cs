using System.Security.Cryptography;

namespace Perisai.Engine.Formats.Authenticode;

/// <summary>Whether a message is whole and was signed by somebody whom rules trust, at a time at which the certificate was valid.</summary>
internal static class MessageTrust
{
    /// <param name="message">It.</param>
    /// <param name="rules">Whom to trust.</param>
    /// <param name="now">Seconds since 1970: a signature without a countersignature, which would say when it was made, is judged by the present.</param>
    /// <param name="budget">Pays for the comparisons.</param>
    public static bool IsTrusted(SignedMessage message, IReadOnlyList<CertificateRule> rules, long now, ScanBudget budget)
    {
        if (message.Signer is not { HasBadCountersignature: false } signer
            || !CryptographicOperations.HashData(signer.Algorithm, message.Content).AsSpan().SequenceEqual(signer.MessageDigest))
            return false;
        var chain = new CertificateChain(rules, message.Certificates, budget);
        if (chain.FindSigner(signer, KeyUses.Code) is not { } certificate)
            return false;
        if (signer.Countersigner is not { } counter)
            return certificate.NotBefore <= now && now <= certificate.NotAfter;
        return CryptographicOperations.HashData(counter.Algorithm, signer.Signature).AsSpan().SequenceEqual(counter.MessageDigest)
            && counter.Time is { } time && certificate.NotBefore <= time && time <= certificate.NotAfter
            && chain.FindSigner(counter, KeyUses.Times) is not null;
    }
}
