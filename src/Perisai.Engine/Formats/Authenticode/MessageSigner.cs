using System.Security.Cryptography;

namespace Perisai.Engine.Formats.Authenticode;

/// <summary>A signer (SignerInfo of RFC 2315) of a message, or of another's signature.</summary>
internal sealed class MessageSigner
{
    private static ReadOnlySpan<byte> ContentTypeAttribute => [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x03];

    private static ReadOnlySpan<byte> MessageDigestAttribute => [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04];

    private static ReadOnlySpan<byte> SigningTimeAttribute => [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x05];

    private static ReadOnlySpan<byte> CountersignatureAttribute => [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x06];

    private static ReadOnlySpan<byte> NestedAttribute => [0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x04, 0x01];

    private static ReadOnlySpan<byte> TimestampAttribute => [0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x03, 0x03, 0x01];

    private static ReadOnlySpan<byte> Data => [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];

    /// <summary>As <see cref="SigningCertificate.Issuer"/>, of the signer's certificate.</summary>
    public required byte[] Issuer { get; init; }

    public required byte[] Serial { get; init; }

    public required HashAlgorithmName Algorithm { get; init; }

    /// <summary>What is signed by the digest of this: the attributes.</summary>
    public required byte[] AttributesDigest { get; init; }

    /// <summary>The digest of the content, which is one of the attributes.</summary>
    public required byte[] MessageDigest { get; init; }

    public required byte[] Signature { get; init; }

    /// <summary>When the signer says that it signed, in seconds since 1970.</summary>
    public long? Time { get; init; }

    /// <summary>Somebody's signature over this one, with a time.</summary>
    public MessageSigner? Countersigner { get; init; }

    /// <summary>Whether a signature over this one is there and cannot be read.</summary>
    public bool HasBadCountersignature { get; init; }

    /// <summary>Reads the content of the sequence; null where it is malformed, or of a kind that is not supported.</summary>
    /// <param name="content">It.</param>
    /// <param name="contentType">The type that the signed content must be of.</param>
    public static MessageSigner? Read(ReadOnlySpan<byte> content, ReadOnlySpan<byte> contentType) => Read(content, contentType, isCounter: false);

    private static MessageSigner? Read(ReadOnlySpan<byte> content, ReadOnlySpan<byte> contentType, bool isCounter)
    {
        var reader = new DerReader(content);
        if (!reader.TryRead(DerReader.Integer, out var version) || version is not [1] && !(isCounter && version is [0])
            || !reader.TryEnter(DerReader.Sequence, out var name)
            || !name.TryRead(DerReader.Sequence, out var issuer) || !name.TryRead(DerReader.Integer, out var serial) || !name.IsAtEnd
            || !Algorithms.TryReadDigest(ref reader, out var algorithm)
            || !reader.TryReadWhole(DerReader.Context, out var attributes, out var list)
            || !TryReadAttributes(list, contentType, out var digest, out var time) || digest is null || (isCounter && time is null)
            || !Algorithms.TryRead(ref reader, out var signing) || !SignsWith(signing, algorithm, isCounter)
            || !reader.TryRead(DerReader.OctetString, out var signature))
            return null;
        MessageSigner? counter = null;
        var isBad = false;
        if (!reader.IsAtEnd && (isCounter || !reader.TryRead(DerReader.Context + 1, out var unsigned) || !reader.IsAtEnd
            || !TryReadUnsigned(unsigned, out counter, out isBad)))
            return null;

        // Signed as the set that they are, though they are written under another tag.
        var set = attributes.ToArray();
        set[0] = DerReader.Set;
        return new()
        {
            Issuer = SHA1.HashData(issuer),
            Serial = SHA1.HashData(serial),
            Algorithm = algorithm,
            AttributesDigest = CryptographicOperations.HashData(algorithm, set),
            MessageDigest = digest,
            Signature = signature.ToArray(),
            Time = time,
            Countersigner = counter,
            HasBadCountersignature = isBad,
        };
    }

    /// <summary>Signers of programs name RSA; those of times may name it with the digest.</summary>
    private static bool SignsWith(ReadOnlySpan<byte> identifier, HashAlgorithmName algorithm, bool isCounter) =>
        Algorithms.IsRsa(identifier) || (isCounter && Algorithms.TryFindDigest(identifier, out var digest) && digest == algorithm);

    /// <summary>Attributes that count may stand there once, each with one value.</summary>
    private static bool TryReadAttributes(ReadOnlySpan<byte> list, ReadOnlySpan<byte> contentType, out byte[]? digest, out long? time)
    {
        digest = null;
        time = null;
        var hasType = false;
        var reader = new DerReader(list);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryEnter(DerReader.Sequence, out var attribute) || !attribute.TryRead(DerReader.ObjectIdentifier, out var identifier))
                return false;
            var isType = identifier.SequenceEqual(ContentTypeAttribute);
            var isDigest = identifier.SequenceEqual(MessageDigestAttribute);
            var isTime = identifier.SequenceEqual(SigningTimeAttribute);
            if (!isType && !isDigest && !isTime)
                continue;
            if (!attribute.TryEnter(DerReader.Set, out var values) || !attribute.IsAtEnd)
                return false;
            if (isType)
            {
                if (hasType || !values.TryRead(DerReader.ObjectIdentifier, out var type) || !type.SequenceEqual(contentType))
                    return false;
                hasType = true;
            }
            else if (isDigest)
            {
                if (digest is not null || !values.TryRead(DerReader.OctetString, out var value))
                    return false;
                digest = value.ToArray();
            }
            else
            {
                if (time is not null || !DerTime.TryRead(ref values, out var seconds))
                    return false;
                time = seconds;
            }

            if (!values.IsAtEnd)
                return false;
        }

        return hasType;
    }

    /// <summary>
    /// Attributes that nobody signs: a countersignature, and others that do not count here (nested signatures, newer time stamps), each once and
    /// well-formed.
    /// </summary>
    private static bool TryReadUnsigned(ReadOnlySpan<byte> list, out MessageSigner? counter, out bool isBad)
    {
        counter = null;
        isBad = false;
        var seen = 0;
        var reader = new DerReader(list);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryEnter(DerReader.Sequence, out var attribute) || !attribute.TryRead(DerReader.ObjectIdentifier, out var identifier))
                return false;
            var kind = identifier.SequenceEqual(CountersignatureAttribute) ? 1
                : identifier.SequenceEqual(NestedAttribute) ? 2
                : identifier.SequenceEqual(TimestampAttribute) ? 4 : 0;
            if (kind == 0)
                continue;
            if ((seen & kind) != 0 || !attribute.TryEnter(DerReader.Set, out var values) || !attribute.IsAtEnd)
                return false;
            seen |= kind;
            if (kind != 1)
                continue;
            if (!values.TryRead(DerReader.Sequence, out var signer) || !values.IsAtEnd)
                return false;
            counter = Read(signer, Data, isCounter: true);
            isBad = counter is null;
        }

        return true;
    }
}
