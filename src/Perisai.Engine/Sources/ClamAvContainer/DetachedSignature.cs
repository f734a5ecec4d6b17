using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Perisai.Engine.Sources.ClamAvContainer;

/// <summary>
/// The detached signature of a container (<c>name-version.cvd.sign</c>, since ClamAV 1.5): a line <c>#clamsign-1.0</c>, then a line a signature,
/// <c>minimum level:[maximum level]:pkcs7-pem:base64</c>, each a PKCS #7 signature of the whole file. The levels say which ClamAV can read the line
/// and mean nothing here.
/// </summary>
internal static class DetachedSignature
{
    /// <summary>Signature files are some kilobytes; a longer one is none.</summary>
    private const long MaximumLength = 1 << 20;

    /// <summary>The whole file must be in memory for its check; the largest official one has 170 MB.</summary>
    private const long MaximumContainerLength = 1 << 30;

    /// <summary>Where the signature of a container would lie; null where there is none.</summary>
    public static string? Find(string container, string version)
    {
        var extension = Path.GetExtension(container);
        var versioned = $"{container[..^extension.Length]}-{version}{extension}.sign";
        return File.Exists(versioned) ? versioned : File.Exists($"{container}.sign") ? $"{container}.sign" : null;
    }

    /// <summary>Checks a container against its signature file; returns what is wrong, or null where a signature is good.</summary>
    /// <param name="container">The signed file.</param>
    /// <param name="signature">The signature file.</param>
    /// <param name="certificates">A folder with the trusted certificates, .pem or .crt.</param>
    /// <exception cref="IOException">Something cannot be read.</exception>
    public static string? Check(string container, string signature, string certificates)
    {
        if (new FileInfo(signature).Length > MaximumLength)
            return "the signature file is too long";
        if (new FileInfo(container).Length > MaximumContainerLength)
            return "the container is too long for its detached signature to be checked";
        var lines = File.ReadAllLines(signature);
        if (lines.Length == 0 || !lines[0].StartsWith("#clamsign-1.", StringComparison.Ordinal))
            return "the signature file does not begin with #clamsign-1.";
        string? wrong = null;
        try
        {
            var trusted = ReadCertificates(certificates);
            var content = new ContentInfo(File.ReadAllBytes(container));
            foreach (var line in lines.Skip(1).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
            {
                wrong = CheckLine(line, content, trusted);
                if (wrong is null)
                    return null;
            }
        }
        catch (CryptographicException exception)
        {
            return exception.Message;
        }

        return wrong ?? "the signature file holds no signature";
    }

    private static X509Certificate2Collection ReadCertificates(string folder)
    {
        var certificates = new X509Certificate2Collection();
        foreach (var path in Directory.EnumerateFiles(folder).Where(path => Path.GetExtension(path) is ".pem" or ".crt").Order(StringComparer.Ordinal))
            certificates.ImportFromPemFile(path);
        return certificates;
    }

    private static string? CheckLine(string line, ContentInfo content, X509Certificate2Collection trusted)
    {
        var fields = line.Split(':');
        if (fields is not [_, _, "pkcs7-pem", var base64])
            return "a line is of another form than level:level:pkcs7-pem:signature";
        try
        {
            var message = new SignedCms(content, detached: true);
            message.Decode(Convert.FromBase64String(base64));
            message.CheckSignature(trusted, verifySignatureOnly: true);
            foreach (var signer in message.SignerInfos)
            {
                if (signer.Certificate is not { } certificate)
                    return "the signer's certificate is missing";
                if (CheckChain(certificate, message.Certificates, trusted) is { } wrong)
                    return wrong;
            }

            return message.SignerInfos.Count > 0 ? null : "the signature has no signer";
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return exception.Message;
        }
    }

    private static string? CheckChain(X509Certificate2 certificate, X509Certificate2Collection others, X509Certificate2Collection trusted)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        chain.ChainPolicy.ExtraStore.AddRange(others);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(certificate)
            ? null
            : $"the signer {certificate.Subject} is not trusted: {string.Join(" ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()))}";
    }
}
