using System.Security.Cryptography;

namespace Perisai.Engine.Formats.Authenticode;

/// <summary>
/// Finds out whom of a message's certificates rules lead to: a certificate is trusted if a rule names it, or if a key signed it that is trusted to sign others,
/// and then with what both may do. As ClamAV does, validity is not compared along the chain.
/// </summary>
internal sealed class CertificateChain
{
    /// <summary>Signatures compared for one message: a message can bring many certificates of one name.</summary>
    private const int MaximumComparisons = 200;

    private readonly ScanBudget _budget;
    private readonly List<(SigningCertificate Certificate, KeyUses Uses)> _trusted = [];
    private readonly List<CertificateRule> _rules;
    private int _comparisons;

    public CertificateChain(IEnumerable<CertificateRule> rules, IEnumerable<SigningCertificate> certificates, ScanBudget budget)
    {
        _budget = budget;
        _rules = [.. rules.Where(rule => rule.IsTrusted)];
        var pending = certificates.ToList();
        // Each one that is trusted may be what another needs, in whatever order they stand.
        for (var i = 0; i < pending.Count;)
        {
            if (UsesOf(pending[i]) is not { } uses)
            {
                i++;
                continue;
            }

            _trusted.Add((pending[i], uses));
            pending.RemoveAt(i);
            i = 0;
        }
    }

    /// <summary>The trusted certificate by which a signer signed; null where there is none.</summary>
    public SigningCertificate? FindSigner(MessageSigner signer, KeyUses use)
    {
        foreach (var (certificate, uses) in _trusted)
        {
            if (uses.HasFlag(use) && certificate.Issuer.AsSpan().SequenceEqual(signer.Issuer) && certificate.Serial.AsSpan().SequenceEqual(signer.Serial)
                && Verifies(certificate.Key, signer.Signature, signer.AttributesDigest, signer.Algorithm))
                return certificate;
        }

        return null;
    }

    /// <summary>What a certificate is trusted with; null where it is not trusted.</summary>
    private KeyUses? UsesOf(SigningCertificate certificate)
    {
        if (_rules.Exists(rule => rule.Trusts(certificate)))
            return certificate.Uses;
        if (certificate.Algorithm is not { } algorithm)
            return null;
        KeyUses? best = null;
        foreach (var (subject, key, uses) in Issuers())
        {
            if (!uses.HasFlag(KeyUses.Certificates) || !subject.AsSpan().SequenceEqual(certificate.Issuer)
                || !Verifies(key, certificate.Signature, certificate.ContentDigest, algorithm))
                continue;
            // An issuer may not be trusted with all that the certificate is for; another of the name may be.
            var common = certificate.Uses & (uses | KeyUses.Certificates);
            if (common == certificate.Uses)
                return common;
            if (best is null || Count(common) > Count(best.Value))
                best = common;
        }

        return best;
    }

    private IEnumerable<(byte[] Subject, RsaKey Key, KeyUses Uses)> Issuers() =>
        _trusted.Select(trusted => (trusted.Certificate.Subject, trusted.Certificate.Key, trusted.Uses))
            .Concat(_rules.Select(rule => (rule.Subject, rule.Key, rule.Uses)));

    private bool Verifies(RsaKey key, byte[] signature, byte[] digest, HashAlgorithmName algorithm) =>
        ++_comparisons <= MaximumComparisons && _budget.CheckTime() && key.Verifies(signature, digest, algorithm);

    private static int Count(KeyUses uses) => System.Numerics.BitOperations.PopCount((uint)uses);
}
