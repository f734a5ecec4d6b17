using System.Security.Cryptography;

namespace Perisai.Engine.Formats.Authenticode;

/// <summary>
/// A catalogue of Windows (.cat): a signed list (CertificateTrustList, MS-CAESO) of digests, of which those of programs count. ClamAV reads SHA-1
/// and stops at another; here SHA-256, which is what newer catalogues hold, is read as well.
/// </summary>
internal sealed class Catalog
{
    private readonly SignedMessage _message;

    private Catalog(SignedMessage message, List<(HashAlgorithmName Algorithm, byte[] Digest)> digests) => (_message, Digests) = (message, digests);

    private static ReadOnlySpan<byte> TrustList => [0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0A, 0x01];

    private static ReadOnlySpan<byte> CatalogList => [0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0C, 0x01, 0x01];

    private static ReadOnlySpan<byte> IndirectData => [0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x04];

    private static ReadOnlySpan<byte> PeImageData => [0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x0F];

    public IReadOnlyList<SigningCertificate> Certificates => _message.Certificates;

    /// <summary>Digests of programs, as <see cref="ProgramDigest"/> computes them.</summary>
    public IReadOnlyList<(HashAlgorithmName Algorithm, byte[] Digest)> Digests { get; }

    /// <summary>Reads one; null where it is malformed.</summary>
    public static Catalog? Read(ReadOnlySpan<byte> bytes)
    {
        if (SignedMessage.Read(bytes, TrustList, out _) is not { } message)
            return null;
        var reader = new DerReader(message.Content);
        if (!reader.TryEnter(DerReader.Sequence, out var usage)
            || !usage.TryRead(DerReader.ObjectIdentifier, out var kind) || !kind.SequenceEqual(CatalogList)
            || !reader.TryRead(DerReader.OctetString, out _)
            || !reader.TryRead(out var tag, out _) || tag is not (DerReader.UtcTime or DerReader.GeneralizedTime)
            || !Algorithms.TryRead(ref reader, out _) || !reader.TryEnter(DerReader.Sequence, out var members))
            return null;
        var digests = new List<(HashAlgorithmName, byte[])>();
        while (!members.IsAtEnd)
        {
            // A name, which repeats the digest, and attributes.
            if (!members.TryEnter(DerReader.Sequence, out var member) || !member.TryRead(DerReader.OctetString, out _)
                || !member.TryEnter(DerReader.Set, out var attributes) || !ReadAttributes(attributes, digests))
                return null;
        }

        return new(message, digests);
    }

    /// <summary>Whether somebody whom rules trust to sign programs signed it.</summary>
    public bool IsTrusted(IReadOnlyList<CertificateRule> rules, long now, ScanBudget budget) => MessageTrust.IsTrusted(_message, rules, now, budget);

    /// <summary>Of the digests that are read; 0 for others.</summary>
    private static int LengthOf(HashAlgorithmName algorithm) =>
        algorithm == HashAlgorithmName.SHA1 ? SHA1.HashSizeInBytes : algorithm == HashAlgorithmName.SHA256 ? SHA256.HashSizeInBytes : 0;

    private static bool ReadAttributes(DerReader attributes, List<(HashAlgorithmName, byte[])> digests)
    {
        while (!attributes.IsAtEnd)
        {
            if (!attributes.TryEnter(DerReader.Sequence, out var attribute) || !attribute.TryRead(DerReader.ObjectIdentifier, out var identifier))
                return false;
            if (!identifier.SequenceEqual(IndirectData))
                continue;
            if (!attribute.TryEnter(DerReader.Set, out var values) || !values.TryEnter(DerReader.Sequence, out var content)
                || !content.TryEnter(DerReader.Sequence, out var data) || !data.TryRead(DerReader.ObjectIdentifier, out var type)
                || !content.TryEnter(DerReader.Sequence, out var information)
                || !Algorithms.TryRead(ref information, out var algorithm) || !information.TryRead(DerReader.OctetString, out var digest))
                return false;
            if (type.SequenceEqual(PeImageData) && Algorithms.TryFindDigest(algorithm, out var name) && digest.Length > 0 && digest.Length == LengthOf(name))
                digests.Add((name, digest.ToArray()));
        }

        return true;
    }
}
