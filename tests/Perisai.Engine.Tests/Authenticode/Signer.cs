using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Perisai.Engine.Tests.Authenticode;

/// <summary>A key with its certificate, made for tests, and the line by which a .crb database names it.</summary>
internal sealed class Signer
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";
    private const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    private static int _serial;

    private Signer(X509Certificate2 certificate, RSA key) => (Certificate, Key) = (certificate, key);

    public X509Certificate2 Certificate { get; }

    public RSA Key { get; }

    public static Signer Root(string name = "Test Root", int keyLength = 2048)
    {
        var key = RSA.Create(keyLength);
        var request = new CertificateRequest($"O=Test, CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return new(request.CreateSelfSigned(Year(2015), Year(2040)), key);
    }

    public Signer ForCode(string name = "Test Signer", int from = 2020, int to = 2039, int keyLength = 2048, HashAlgorithmName? digest = null) =>
        Issue(name, [CodeSigning], from, to, keyLength, digest, false);

    public Signer ForTimes() => Issue("Test Times", [TimeStamping], 2016, 2039, 2048, null, false);

    /// <summary>A certificate without extended key usage.</summary>
    public Signer ForAnything(bool isAuthority = false, string name = "Test Anything") => Issue(name, [], 2020, 2039, 2048, null, isAuthority);

    /// <summary>A certificate that says that it is no authority's, and nothing of what its key is for.</summary>
    public Signer WithoutUsage() => Issue("Test Without Usage", [], 2020, 2039, 2048, null, false, hasUsage: false);

    /// <summary>The line: of the letters c (code), t (times), C (certificates) those that are in <paramref name="uses"/> are on.</summary>
    public string Line(string name, bool trusts, string uses = "ctC", bool withSerial = false, long notBefore = 0)
    {
        var reader = new AsnReader(Certificate.RawData, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        reader.ReadEncodedValue();
        var serial = SHA1.HashData(reader.ReadIntegerBytes().Span);
        var subject = Certificate.SubjectName.RawData;
        AsnDecoder.ReadEncodedValue(subject, AsnEncodingRules.DER, out var start, out var length, out _);
        string On(char use) => uses.Contains(use) ? "1" : "0";
        return string.Join(
            ';', name, trusts ? "1" : "0", Convert.ToHexStringLower(SHA1.HashData(subject.AsSpan(start, length))),
            withSerial ? Convert.ToHexStringLower(serial) : "",
            Convert.ToHexStringLower(Key.ExportParameters(false).Modulus!), "010001", On('c'), On('t'), On('C'), notBefore, "a comment");
    }

    private Signer Issue(
        string name, string[] purposes, int from, int to, int keyLength, HashAlgorithmName? digest, bool isAuthority, bool hasUsage = true)
    {
        var key = RSA.Create(keyLength);
        var request = new CertificateRequest($"O=Test, CN={name}", key, digest ?? HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (hasUsage)
            request.CertificateExtensions.Add(new X509KeyUsageExtension(isAuthority ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature, false));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        var oids = new OidCollection();
        foreach (var purpose in purposes)
            oids.Add(new Oid(purpose));
        if (oids.Count > 0)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, false));
        var serial = Interlocked.Increment(ref _serial);
        // Signed by the key itself: the certificate may be meant to be wrong, which the simpler overload refuses.
        using var certificate = request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForRSA(Key, RSASignaturePadding.Pkcs1), Year(from), Year(to),
            [1, (byte)(serial >> 8), (byte)serial]);
        return new(X509CertificateLoader.LoadCertificate(certificate.RawData), key);
    }

    private static DateTimeOffset Year(int year) => new(year, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
