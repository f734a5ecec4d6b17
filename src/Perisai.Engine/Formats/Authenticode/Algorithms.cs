using System.Security.Cryptography;

namespace Perisai.Engine.Formats.Authenticode;

/// <summary>Algorithms in messages and certificates, told by their object identifiers (RFC 8017, RFC 5754; NIST CSOR).</summary>
internal static class Algorithms
{
    private static ReadOnlySpan<byte> Rsa => [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];

    /// <summary>Reads an AlgorithmIdentifier: an identifier, and a NULL that may be missing.</summary>
    public static bool TryRead(ref DerReader reader, out ReadOnlySpan<byte> identifier)
    {
        identifier = default;
        if (!reader.TryEnter(DerReader.Sequence, out var algorithm) || !algorithm.TryRead(DerReader.ObjectIdentifier, out identifier))
            return false;
        return algorithm.IsAtEnd || (algorithm.TryRead(DerReader.Null, out var nothing) && nothing.IsEmpty && algorithm.IsAtEnd);
    }

    /// <summary>Reads the identifier of a digest.</summary>
    public static bool TryReadDigest(ref DerReader reader, out HashAlgorithmName digest)
    {
        digest = default;
        return TryRead(ref reader, out var identifier) && TryFindDigest(identifier, out digest);
    }

    public static bool IsRsa(ReadOnlySpan<byte> identifier) => identifier.SequenceEqual(Rsa);

    /// <summary>
    /// The digest that an identifier names, alone or in a signature with RSA. MD5 and MD2 are none: whoever wants can make two contents with one
    /// such digest, so that nothing can be trusted for it.
    /// </summary>
    public static bool TryFindDigest(ReadOnlySpan<byte> identifier, out HashAlgorithmName digest)
    {
        digest = identifier switch
        {
            [0x2B, 0x0E, 0x03, 0x02, 0x1A or 0x1D] => HashAlgorithmName.SHA1,
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01] => HashAlgorithmName.SHA256,
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02] => HashAlgorithmName.SHA384,
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03] => HashAlgorithmName.SHA512,
            [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x05] => HashAlgorithmName.SHA1,
            [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B] => HashAlgorithmName.SHA256,
            [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0C] => HashAlgorithmName.SHA384,
            [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0D] => HashAlgorithmName.SHA512,
            _ => default,
        };
        return digest.Name is not null;
    }
}
