using System.Security.Cryptography;

namespace Perisai.Engine.Formats.Authenticode;

/// <summary>
/// A signed message as Authenticode writes them (PKCS #7 version 1.5, RFC 2315): content in place, certificates, one signer who signs attributes.
/// See Microsoft, Windows Authenticode Portable Executable Signature Format.
/// </summary>
internal sealed class SignedMessage
{
    /// <summary>Certificates read of a message. Real ones bring four.</summary>
    private const int MaximumCertificates = 64;

    private static ReadOnlySpan<byte> SignedData => [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];

    /// <summary>Certificates in the order in which they stand; malformed ones are left out.</summary>
    public required IReadOnlyList<SigningCertificate> Certificates { get; init; }

    /// <summary>The signed content, without the tag and length around it.</summary>
    public required byte[] Content { get; init; }

    /// <summary>Who signed; null where that part is malformed, though certificates before it count.</summary>
    public MessageSigner? Signer { get; init; }

    /// <summary>
    /// Reads a message whose content is of a type; null where there is none. Zeros may follow it, and whether something else does tells
    /// <paramref name="length"/>, that of the message.
    /// </summary>
    public static SignedMessage? Read(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> contentType, out int length)
    {
        length = 0;
        var outer = new DerReader(bytes);
        if (!outer.TryEnter(DerReader.Sequence, out var information)
            || !information.TryRead(DerReader.ObjectIdentifier, out var identifier) || !identifier.SequenceEqual(SignedData)
            || !information.TryEnter(DerReader.Context, out var explicitContent) || !information.IsAtEnd
            || !explicitContent.TryEnter(DerReader.Sequence, out var reader) || !explicitContent.IsAtEnd)
            return null;
        length = bytes.Length - outer.Rest.Length;
        if (!reader.TryRead(DerReader.Integer, out var version) || version is not [1]
            || !reader.TryEnter(DerReader.Set, out var algorithms) || !Algorithms.TryRead(ref algorithms, out var algorithm) || !algorithms.IsAtEnd
            || !reader.TryEnter(DerReader.Sequence, out var typed)
            || !typed.TryRead(DerReader.ObjectIdentifier, out var type) || !type.SequenceEqual(contentType)
            || !typed.TryEnter(DerReader.Context, out var wrapped) || !typed.IsAtEnd
            || !wrapped.TryRead(DerReader.Sequence, out var content) || !wrapped.IsAtEnd
            || !reader.TryEnter(DerReader.Context, out var list) || ReadCertificates(list) is not { } certificates)
            return null;
        return new()
        {
            Certificates = certificates,
            Content = content.ToArray(),
            Signer = Algorithms.TryFindDigest(algorithm, out var digest) ? ReadSigner(reader, digest, contentType) : null,
        };
    }

    private static List<SigningCertificate>? ReadCertificates(DerReader reader)
    {
        var certificates = new List<SigningCertificate>();
        for (var count = 0; !reader.IsAtEnd && count < MaximumCertificates; count++)
        {
            if (!reader.TryRead(DerReader.Sequence, out var certificate))
                return null;
            if (SigningCertificate.Read(certificate) is { } found)
                certificates.Add(found);
        }

        return certificates;
    }

    private static MessageSigner? ReadSigner(DerReader reader, HashAlgorithmName digest, ReadOnlySpan<byte> contentType)
    {
        // Lists of what was revoked may stand before.
        if (reader.NextTag == DerReader.Context + 1 && !reader.TryRead(out _, out _))
            return null;
        if (!reader.TryEnter(DerReader.Set, out var signers) || !reader.IsAtEnd || !signers.TryRead(DerReader.Sequence, out var signer) || !signers.IsAtEnd)
            return null;
        return MessageSigner.Read(signer, contentType) is { } read && read.Algorithm == digest ? read : null;
    }
}
