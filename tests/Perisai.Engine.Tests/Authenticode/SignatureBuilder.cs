using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Perisai.Engine.Tests.Authenticode;

/// <summary>Signs PE files, and makes catalogues of Windows, for tests. What a test wants wrong is a property.</summary>
internal sealed class SignatureBuilder(Signer signer)
{
    private const string SignedData = "1.2.840.113549.1.7.2";
    private const string Data = "1.2.840.113549.1.7.1";
    private const string IndirectData = "1.3.6.1.4.1.311.2.1.4";
    private const string PeImageData = "1.3.6.1.4.1.311.2.1.15";
    private const string TrustList = "1.3.6.1.4.1.311.10.1";
    private const string CatalogList = "1.3.6.1.4.1.311.12.1.1";
    private const string CatalogMember = "1.3.6.1.4.1.311.12.1.2";
    private const string ContentType = "1.2.840.113549.1.9.3";
    private const string MessageDigest = "1.2.840.113549.1.9.4";
    private const string SigningTime = "1.2.840.113549.1.9.5";
    private const string Countersignature = "1.2.840.113549.1.9.6";
    private const string NestedSignature = "1.3.6.1.4.1.311.2.4.1";
    private const string RsaEncryption = "1.2.840.113549.1.1.1";

    private static readonly Asn1Tag s_context0 = new(TagClass.ContextSpecific, 0, true);
    private static readonly Asn1Tag s_context1 = new(TagClass.ContextSpecific, 1, true);

    /// <summary>Certificates beside the signer's, in this order behind it.</summary>
    public Signer[] Others { get; init; } = [];

    /// <summary>Write those others before the signer's.</summary>
    public bool RootFirst { get; init; }

    public HashAlgorithmName Algorithm { get; init; } = HashAlgorithmName.SHA256;

    /// <summary>Who countersigns, and in which year; null for nobody.</summary>
    public (Signer Signer, int Year)? Times { get; init; }

    /// <summary>Changes the signature that is countersigned, so that the countersignature is of another.</summary>
    public bool SpoilsCountersignature { get; init; }

    /// <summary>Add a signature of somebody else within this one.</summary>
    public SignatureBuilder? Nested { get; init; }

    /// <summary>States this digest instead of the file's.</summary>
    public byte[]? StatedDigest { get; init; }

    /// <summary>The file with a signature at its end.</summary>
    public byte[] Sign(byte[] program)
    {
        var file = Pad(program);
        var entry = EntryOffset(file);
        // The directory's entry is left out of the digest.
        var message = Message(IndirectData, writer => WriteIndirectData(writer, StatedDigest ?? ProgramDigest(file, Algorithm), Algorithm), file);
        var table = Pad([0, 0, 0, 0, 0, 2, 2, 0, .. message]);
        BinaryPrimitives.WriteInt32LittleEndian(table, table.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(entry), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(entry + 4), table.Length);
        return [.. file, .. table];
    }

    /// <summary>A catalogue of programs.</summary>
    public byte[] Catalog(params IEnumerable<byte[]> programs) => Message(TrustList, writer => WriteTrustList(writer, programs), []);

    /// <summary>The digest of a file without a signature.</summary>
    public static byte[] ProgramDigest(byte[] file, HashAlgorithmName algorithm)
    {
        var header = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(0x3C));
        var entry = EntryOffset(file);
        byte[] covered = [.. file.AsSpan(0, header + 88), .. file.AsSpan(header + 92, entry - header - 92), .. file.AsSpan(entry + 8)];
        return CryptographicOperations.HashData(algorithm, covered);
    }

    public static int EntryOffset(byte[] file)
    {
        var header = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(0x3C));
        var is64Bit = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(header + 24)) == 0x20B;
        return header + 24 + (is64Bit ? 112 : 96) + (4 * 8);
    }

    private byte[] Message(string type, Action<AsnWriter> writeContent, byte[] file)
    {
        var content = Encode(writeContent);
        AsnDecoder.ReadEncodedValue(content, AsnEncodingRules.DER, out var start, out var length, out _);
        var digest = CryptographicOperations.HashData(Algorithm, content.AsSpan(start, length));
        return Encode(writer =>
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(SignedData);
                using (writer.PushSequence(s_context0))
                using (writer.PushSequence())
                {
                    writer.WriteInteger(1);
                    using (writer.PushSetOf())
                        WriteAlgorithm(writer, DigestName(Algorithm));
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(type);
                        using (writer.PushSequence(s_context0))
                            writer.WriteEncodedValue(content);
                    }

                    using (writer.PushSequence(s_context0))
                    {
                        foreach (var one in RootFirst ? (Signer[])[.. Others, signer] : [signer, .. Others])
                            writer.WriteEncodedValue(one.Certificate.RawData);
                    }

                    using (writer.PushSetOf())
                        writer.WriteEncodedValue(SignerInformation(signer, type, digest, null, file));
                }
            }
        });
    }

    /// <summary>Of a signer, or with a year of a countersigner.</summary>
    private byte[] SignerInformation(Signer who, string type, byte[] digest, int? year, byte[] file)
    {
        var attributes = Encode(writer =>
        {
            using (writer.PushSetOf())
            {
                WriteAttribute(writer, ContentType, () => writer.WriteObjectIdentifier(type));
                WriteAttribute(writer, MessageDigest, () => writer.WriteOctetString(digest));
                if (year is { } when)
                    WriteAttribute(writer, SigningTime, () => writer.WriteUtcTime(new DateTimeOffset(when, 6, 1, 0, 0, 0, TimeSpan.Zero)));
            }
        });
        var signature = who.Key.SignData(attributes, Algorithm, RSASignaturePadding.Pkcs1);
        attributes[0] = 0xA0;
        return Encode(writer =>
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSequence())
                {
                    writer.WriteEncodedValue(who.Certificate.IssuerName.RawData);
                    writer.WriteInteger(who.Certificate.SerialNumberBytes.Span);
                }

                WriteAlgorithm(writer, DigestName(Algorithm));
                writer.WriteEncodedValue(attributes);
                WriteAlgorithm(writer, RsaEncryption);
                writer.WriteOctetString(signature);
                if (year is null && (Times is not null || Nested is not null))
                    WriteUnsigned(writer, signature, file);
            }
        });
    }

    private void WriteUnsigned(AsnWriter writer, byte[] signature, byte[] file)
    {
        using (writer.PushSetOf(s_context1))
        {
            if (Times is { } times)
            {
                var digest = CryptographicOperations.HashData(Algorithm, signature);
                digest[0] ^= SpoilsCountersignature ? (byte)1 : (byte)0;
                WriteAttribute(writer, Countersignature, () => writer.WriteEncodedValue(SignerInformation(times.Signer, Data, digest, times.Year, file)));
            }

            // A catalogue has none.
            if (Nested is { } nested && file.Length > 0)
            {
                var message = nested.Message(IndirectData, inner => WriteIndirectData(inner, ProgramDigest(file, nested.Algorithm), nested.Algorithm), file);
                WriteAttribute(writer, NestedSignature, () => writer.WriteEncodedValue(message));
            }
        }
    }

    private void WriteTrustList(AsnWriter writer, IEnumerable<byte[]> programs)
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
                writer.WriteObjectIdentifier(CatalogList);
            writer.WriteOctetString([1, 2, 3, 4]);
            writer.WriteUtcTime(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));
            WriteAlgorithm(writer, CatalogMember);
            using (writer.PushSequence())
            {
                foreach (var program in programs)
                {
                    var digest = ProgramDigest(program, Algorithm);
                    using (writer.PushSequence())
                    {
                        writer.WriteOctetString(System.Text.Encoding.BigEndianUnicode.GetBytes(Convert.ToHexString(digest)));
                        using (writer.PushSetOf())
                            WriteAttribute(writer, IndirectData, () => WriteIndirectData(writer, digest, Algorithm));
                    }
                }
            }
        }
    }

    private static void WriteIndirectData(AsnWriter writer, byte[] digest, HashAlgorithmName algorithm)
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(PeImageData);
                using (writer.PushSequence())
                    writer.WriteBitString([]);
            }

            using (writer.PushSequence())
            {
                WriteAlgorithm(writer, DigestName(algorithm));
                writer.WriteOctetString(digest);
            }
        }
    }

    private static void WriteAttribute(AsnWriter writer, string type, Action writeValue)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(type);
            using (writer.PushSetOf())
                writeValue();
        }
    }

    private static void WriteAlgorithm(AsnWriter writer, string identifier)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(identifier);
            writer.WriteNull();
        }
    }

    private static string DigestName(HashAlgorithmName algorithm) => algorithm.Name switch
    {
        "MD5" => "1.2.840.113549.2.5",
        "SHA1" => "1.3.14.3.2.26",
        "SHA384" => "2.16.840.1.101.3.4.2.2",
        "SHA512" => "2.16.840.1.101.3.4.2.3",
        _ => "2.16.840.1.101.3.4.2.1",
    };

    private static byte[] Encode(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }

    /// <summary>To a multiple of eight bytes.</summary>
    private static byte[] Pad(byte[] bytes)
    {
        Array.Resize(ref bytes, (bytes.Length + 7) & ~7);
        return bytes;
    }
}
