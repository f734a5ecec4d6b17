using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Perisai.Engine.Formats.Pe;

/// <summary>
/// Reads and verifies the Authenticode signatures of a PE (Microsoft, Windows Authenticode Portable Executable Signature Format): the first entry
/// of the certificate table and the signatures nested in it. The messages are parsed by the base library; whatever it throws for hostile ones
/// ends here, and what was not read stays unknown. Nothing is fetched and no store of certificates is asked.
/// </summary>
internal sealed class AuthenticodeReader
{
    /// <summary>Bytes of a message. YARA has no limit; real ones have some ten thousand.</summary>
    private const int MaximumLength = 16 << 20;

    /// <summary>Values of one attribute: YARA's limit.</summary>
    private const int MaximumValues = 16;

    /// <summary>All signatures of a file, and how deep they nest. YARA has no limit for either.</summary>
    private const int MaximumSignatures = 32;
    private const int MaximumDepth = 4;

    private const string NestedSignature = "1.3.6.1.4.1.311.2.4.1";
    private const string Timestamp = "1.3.6.1.4.1.311.3.3.1";
    private const string ProgramInformation = "1.3.6.1.4.1.311.2.1.12";
    private const string IndirectData = "1.3.6.1.4.1.311.2.1.4";
    private const string MessageDigest = "1.2.840.113549.1.9.4";
    private const string SigningTime = "1.2.840.113549.1.9.5";

    private readonly PeImage _image;
    private readonly long _tableOffset;
    private readonly List<AuthenticodeSignature> _signatures = [];
    private readonly Dictionary<HashAlgorithmName, byte[]?> _fileDigests = [];

    private AuthenticodeReader(PeImage image, long tableOffset) => (_image, _tableOffset) = (image, tableOffset);

    public static IReadOnlyList<AuthenticodeSignature> Read(PeImage image)
    {
        var length = image.Reader.Length;
        if (!image.TryGetDirectory(PeFormat.SecurityDirectory, out var at, out var size) || at == 0 || size < 8 || (long)at + size > length
            || !image.Reader.TryReadUInt32(at, out var entryLength) || entryLength <= 8 || entryLength > length - at
            || entryLength > MaximumLength || image.Reader.Bytes(at + 8, (int)entryLength - 8) is not { } message)
            return [];
        var reader = new AuthenticodeReader(image, at);
        reader.Add(message, 0);
        return reader._signatures;
    }

    private void Add(ReadOnlyMemory<byte> message, int depth)
    {
        if (_signatures.Count == MaximumSignatures || depth > MaximumDepth || !_image.Reader.Budget.CheckTime())
            return;
        // It counts even where it cannot be read.
        var signature = new AuthenticodeSignature();
        _signatures.Add(signature);
        var certificates = new X509Certificate2Collection();
        Try(() => ReadMessage(message, signature, certificates, depth));
        foreach (var certificate in certificates)
            certificate.Dispose();
        if (CryptographicNames.FindDigest(signature.DigestAlgorithm) is not { } algorithm || signature.Digest is null)
        {
            signature.IsVerified = false;
            return;
        }

        signature.FileDigest = FileDigest(algorithm);
        signature.IsVerified &= signature.FileDigest is not null && signature.Digest.AsSpan().SequenceEqual(signature.FileDigest);
    }

    private void ReadMessage(ReadOnlyMemory<byte> message, AuthenticodeSignature signature, X509Certificate2Collection certificates, int depth)
    {
        var signed = new SignedCms();
        signed.Decode(message.Span);
        certificates.AddRange(signed.Certificates);
        signature.Certificates = [.. certificates.Select(CertificateReader.Describe)];
        if (signed.ContentInfo.ContentType.Value != IndirectData || !Try(() => ReadIndirectData(signed.ContentInfo.Content, signature)))
            return;
        signature.Signer = new AuthenticodeSigner();
        if (signed.SignerInfos.Count == 0)
            return;

        var signer = signed.SignerInfos[0];
        foreach (var value in ValuesOf(signer.UnsignedAttributes, NestedSignature))
            Add(value, depth + 1);
        foreach (var counter in signer.CounterSignerInfos.Cast<SignerInfo>().Take(MaximumValues))
            ReadCountersignature(counter, signature, certificates);
        foreach (var value in ValuesOf(signer.UnsignedAttributes, Timestamp))
        {
            if (!Try(() => ReadTimestamp(value, signer, signature)))
                break;
        }

        if (signer.Certificate is not { } certificate)
            return;
        var chain = CertificateReader.BuildChain(certificate, certificates);
        signature.Signer.Chain = [.. chain.Select(CertificateReader.Describe)];
        if (DigestOf(signer) is not { } digest)
            return;
        signature.Signer.DigestAlgorithm = CryptographicNames.Find(signer.DigestAlgorithm.Value);
        signature.Signer.Digest = digest;
        foreach (var value in ValuesOf(signer.SignedAttributes, ProgramInformation).Take(1))
            Try(() => signature.Signer.ProgramName = ReadProgramName(value));
        signature.IsVerified = IsIntact(signer) && CertificateReader.IsConsistent(chain);
    }

    /// <summary>SpcIndirectDataContent: what is signed, and its digest.</summary>
    private static void ReadIndirectData(byte[] content, AuthenticodeSignature signature)
    {
        var reader = new AsnReader(content, AsnEncodingRules.BER);
        var first = reader.ReadSequence();
        // The outer sequence may be there or not, by the version of the message.
        var digestInformation = reader.HasData ? reader.ReadSequence() : Second(first);
        signature.DigestAlgorithm = CryptographicNames.Find(digestInformation.ReadSequence().ReadObjectIdentifier());
        signature.Digest = digestInformation.ReadOctetString();

        static AsnReader Second(AsnReader reader)
        {
            reader.ReadEncodedValue();
            return reader.ReadSequence();
        }
    }

    private static void ReadCountersignature(SignerInfo counter, AuthenticodeSignature signature, X509Certificate2Collection certificates)
    {
        var result = new Countersignature { DigestAlgorithm = CryptographicNames.Find(counter.DigestAlgorithm.Value) };
        signature.Countersignatures.Add(result);
        Try(() =>
        {
            if (!ValuesOf(counter.SignedAttributes, SigningTime).Any())
                return;
            result.Time = ReadTime(ValuesOf(counter.SignedAttributes, SigningTime).First());
            if (counter.Certificate is not { } certificate)
                return;
            var chain = CertificateReader.BuildChain(certificate, certificates);
            result.Chain = [.. chain.Select(CertificateReader.Describe)];
            result.Digest = DigestOf(counter);
            result.IsVerified = result.Digest is not null && IsIntact(counter) && CertificateReader.IsConsistent(chain);
        });
    }

    /// <summary>A time stamp token (RFC 3161) with certificates of its own, which are added to those of the signature.</summary>
    private static void ReadTimestamp(ReadOnlyMemory<byte> token, SignerInfo signer, AuthenticodeSignature signature)
    {
        var result = new Countersignature();
        signature.Countersignatures.Add(result);
        var signed = new SignedCms();
        signed.Decode(token.Span);
        var certificates = signed.Certificates;
        try
        {
            if (!Rfc3161TimestampTokenInfo.TryDecode(signed.ContentInfo.Content, out var information, out _))
                return;
            result.Time = information.Timestamp.ToUnixTimeSeconds();
            result.DigestAlgorithm = CryptographicNames.Find(information.HashAlgorithmId.Value);
            result.Digest = information.GetMessageHash().ToArray();
            if (signed.SignerInfos.Count == 0 || signed.SignerInfos[0].Certificate is not { } certificate)
                return;
            var chain = CertificateReader.BuildChain(certificate, certificates);
            result.Chain = [.. chain.Select(CertificateReader.Describe)];
            result.IsVerified = CryptographicNames.FindDigest(result.DigestAlgorithm) is { } algorithm
                && CryptographicOperations.HashData(algorithm, signer.GetSignature()).AsSpan().SequenceEqual(result.Digest)
                && IsIntact(signed.SignerInfos[0]) && CertificateReader.IsConsistent(chain);
        }
        finally
        {
            signature.Certificates?.AddRange(certificates.Select(CertificateReader.Describe));
            foreach (var certificate in certificates)
                certificate.Dispose();
        }
    }

    /// <summary>SpcSpOpusInfo: a name in UTF-16 or ASCII, and a link.</summary>
    private static byte[]? ReadProgramName(ReadOnlyMemory<byte> value)
    {
        var reader = new AsnReader(value, AsnEncodingRules.BER).ReadSequence();
        var name = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (!reader.HasData || !reader.PeekTag().HasSameClassAndValue(name))
            return null;
        var choice = reader.ReadSequence(name);
        var tag = choice.PeekTag();
        var bytes = choice.ReadEncodedValue();
        AsnDecoder.ReadEncodedValue(bytes.Span, AsnEncodingRules.BER, out var start, out var length, out _);
        var text = bytes.Span.Slice(start, length);
        return tag.TagValue == 0 ? Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(text)) : text.ToArray();
    }

    private static byte[]? DigestOf(SignerInfo signer)
    {
        foreach (var value in ValuesOf(signer.SignedAttributes, MessageDigest))
            return new AsnReader(value, AsnEncodingRules.BER).ReadOctetString();
        return null;
    }

    private static long ReadTime(ReadOnlyMemory<byte> value)
    {
        var reader = new AsnReader(value, AsnEncodingRules.BER);
        return (reader.PeekTag().TagValue == (int)UniversalTagNumber.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime()).ToUnixTimeSeconds();
    }

    private static bool IsIntact(SignerInfo signer) => Try(() => signer.CheckSignature(verifySignatureOnly: true));

    /// <summary>The values of the first attribute of a kind.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> ValuesOf(CryptographicAttributeObjectCollection attributes, string identifier)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.Oid.Value == identifier)
                return attribute.Values.Cast<AsnEncodedData>().Take(MaximumValues).Select(value => (ReadOnlyMemory<byte>)value.RawData);
        }

        return [];
    }

    /// <summary>
    /// The digest of everything but the checksum, the entry of the certificate table and what begins with that table.
    /// </summary>
    private byte[]? FileDigest(HashAlgorithmName algorithm)
    {
        if (_fileDigests.TryGetValue(algorithm, out var known))
            return known;
        byte[]? digest = null;
        Try(() => digest = ComputeFileDigest(algorithm));
        _fileDigests.Add(algorithm, digest);
        return digest;
    }

    private byte[]? ComputeFileDigest(HashAlgorithmName algorithm)
    {
        var checksum = _image.HeaderOffset + 24 + 64;
        var entry = _image.HeaderOffset + 24 + (_image.Is64Bit ? PeFormat.OptionalHeaderLength64 : PeFormat.OptionalHeaderLength32)
            + PeFormat.SecurityDirectory * 8;
        using var hash = IncrementalHash.CreateHash(algorithm);
        return Append(hash, 0, checksum) && Append(hash, checksum + 4, entry) && Append(hash, entry + 8, _tableOffset)
            ? hash.GetHashAndReset() : null;
    }

    private bool Append(IncrementalHash hash, long start, long end)
    {
        if (start > end)
            return false;
        var reader = _image.Reader.Reader;
        reader.Position = start;
        while (reader.Position < end)
        {
            var part = reader.Peek(1);
            if (part.IsEmpty || !reader.Budget.CheckTime())
                return false;
            part = part[..(int)Math.Min(part.Length, end - reader.Position)];
            hash.AppendData(part);
            reader.Position += part.Length;
        }

        return true;
    }

    /// <summary>
    /// Everything that the base library throws for a message that it does not understand. Which types those are is not written down, and the
    /// message comes from whoever made the file.
    /// </summary>
    private static bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or IOException))
        {
            return false;
        }
    }
}
