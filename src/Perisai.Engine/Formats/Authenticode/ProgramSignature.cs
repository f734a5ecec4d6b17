using System.Buffers.Binary;
using System.Security.Cryptography;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Formats.Authenticode;

/// <summary>The first signature of a PE file, and whether rules trust or block it. The table of certificates must be the file's end.</summary>
internal sealed class ProgramSignature
{
    /// <summary>Bytes of a certificate table; real ones have some ten thousand.</summary>
    private const int MaximumLength = 4 << 20;

    private const int EntryHeaderLength = 8;
    private const ushort Revision2 = 0x0200;
    private const ushort SignedDataType = 2;

    private static ReadOnlySpan<byte> IndirectData => [0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x04];

    private static ReadOnlySpan<byte> PeImageData => [0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x0F];

    private readonly PeImage _image;
    private readonly long _tableOffset;
    private readonly SignedMessage? _message;

    /// <summary>Whether something but zeros follows the message: no signature covers it.</summary>
    private readonly bool _isFollowed;

    private ProgramSignature(PeImage image)
    {
        _image = image;
        _tableOffset = image.Reader.Length;
        if (!TryReadTable(image, out var offset, out var table))
            return;
        _tableOffset = offset;
        _message = SignedMessage.Read(table.AsSpan(EntryHeaderLength), IndirectData, out var length);
        _isFollowed = table.AsSpan(EntryHeaderLength + length).ContainsAnyExcept((byte)0);
    }

    /// <summary>Certificates in the order in which they stand; none without a signature.</summary>
    public IReadOnlyList<SigningCertificate> Certificates => _message?.Certificates ?? [];

    /// <summary>Reads a file; null where it is no PE.</summary>
    public static ProgramSignature? Read(BoundedReader reader) => PeImage.Read(reader) is { } image ? new(image) : null;

    /// <summary>
    /// Rules that block one of the certificates, the last certificate's first, as ClamAV names them. What else is wrong with the signature does not matter.
    /// </summary>
    public IEnumerable<CertificateRule> FindBlocking(IReadOnlyList<CertificateRule> rules) =>
        Certificates.Reverse().Select(certificate => rules.FirstOrDefault(rule => rule.Blocks(certificate))).OfType<CertificateRule>().Distinct();

    /// <summary>
    /// Whether the signature covers the file as it is, and leads to a rule that trusts. Stricter than ClamAV in one thing: nothing but zeros may
    /// follow the message in the table of certificates, since neither the signature nor the digest covers it.
    /// </summary>
    public bool IsTrusted(IReadOnlyList<CertificateRule> rules, long now) =>
        _message is not null && !_isFollowed && MessageTrust.IsTrusted(_message, rules, now, _image.Reader.Budget) && CoversFile(_message.Content);

    /// <summary>The digest that a catalogue would state.</summary>
    public byte[]? Digest(HashAlgorithmName algorithm) => ProgramDigest.Compute(_image, _tableOffset, algorithm);

    /// <summary>SpcIndirectDataContent: what is signed, then its digest.</summary>
    private bool CoversFile(ReadOnlySpan<byte> content)
    {
        var reader = new DerReader(content);
        return reader.TryEnter(DerReader.Sequence, out var data) && data.TryRead(DerReader.ObjectIdentifier, out var type) && type.SequenceEqual(PeImageData)
            && reader.TryEnter(DerReader.Sequence, out var information) && reader.IsAtEnd
            && Algorithms.TryReadDigest(ref information, out var algorithm)
            && information.TryRead(DerReader.OctetString, out var stated) && information.IsAtEnd
            && Digest(algorithm) is { } digest && stated.SequenceEqual(digest);
    }

    private static bool TryReadTable(PeImage image, out long offset, out byte[] table)
    {
        table = [];
        offset = 0;
        if (!image.TryGetDirectory(PeFormat.SecurityDirectory, out var address, out var length)
            || length is <= EntryHeaderLength or > MaximumLength || (long)address + length != image.Reader.Length
            || address < image.HeaderOffset + ProgramDigest.EntryOffset(image.Is64Bit) + 8)
            return false;
        offset = address;
        var bytes = new byte[length];
        if (!image.Reader.TryRead(address, bytes)
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(4)) != Revision2
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(6)) != SignedDataType)
            return false;
        table = bytes;
        return true;
    }
}
