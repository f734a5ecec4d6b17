namespace Perisai.Engine.Formats.Crx;

/// <summary>An extension of Chrome: a zip archive behind a header with signatures.</summary>
/// <param name="Version">Of the format: 2 or 3.</param>
/// <param name="HeaderLength">Bytes of keys and signatures.</param>
/// <param name="Identifier">The extension's 32 letters.</param>
/// <param name="ArchiveOffset">Where the zip archive begins.</param>
/// <param name="SignedHeader">What of the header is signed with the archive; null in version 2.</param>
/// <param name="Proofs">The signatures.</param>
internal sealed record CrxPackage(
    int Version, long HeaderLength, byte[] Identifier, long ArchiveOffset, byte[]? SignedHeader, IReadOnlyList<CrxProof> Proofs);

/// <summary>A signature.</summary>
/// <param name="Key">SubjectPublicKeyInfo.</param>
/// <param name="Signature">PKCS #1 or DER.</param>
/// <param name="IsEllipticCurve">Whether the key is one of P-256, not RSA.</param>
internal sealed record CrxProof(byte[] Key, byte[] Signature, bool IsEllipticCurve);
