using System.Formats.Tar;
using System.IO.Compression;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Perisai.Engine.Sources.ClamAvContainer;
using Perisai.Engine.Tests.Containers;

namespace Perisai.Engine.Tests.Sources;

/// <summary>ClamAV's containers: signatures of all three kinds with own keys, the official key on an official file, and damage.</summary>
public sealed class ContainerTests
{
    private static readonly byte[] Content = Encoding.ASCII.GetBytes("content of a container test");
    private static readonly string Database = $"{Convert.ToHexStringLower(MD5.HashData(Content))}:{Content.Length}:In.Container\n";

    [Fact]
    public void A_signed_container_is_loaded_and_its_definitions_are_marked_so()
    {
        using var directory = new TemporaryDirectory();
        using var keys = new Keys();
        keys.Write(directory.File("x.cvd"));
        Assert.Equal(("In.Container", "x.cvd/x.hdb", true), Scan(directory.File("x.cvd"), keys, out var report));
        Assert.Empty(report.Diagnostics);
        Assert.Equal([("ftm", 1L), ("hdb", 1L)], report.Loaded.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal([("odd", 1L)], report.Unsupported.Select(lines => (lines.Kind, lines.Count)));
    }

    [Theory]
    [InlineData("checksum", "cvd.checksum")]
    [InlineData("header", "cvd.wrong-signature")]
    [InlineData("digit", "cvd.wrong-signature")]
    [InlineData("information", "cvd.wrong-signature")]
    [InlineData("unsigned", "cvd.unsigned")]
    public void A_container_that_is_not_rightly_signed_is_refused_unless_that_is_allowed(string what, string id)
    {
        using var directory = new TemporaryDirectory();
        using var keys = new Keys();
        keys.Write(directory.File("x.cvd"), what);
        Assert.Null(Scan(directory.File("x.cvd"), keys, out var report).Name);
        var diagnostic = Assert.Single(report.Diagnostics);
        Assert.Equal((id, "x.cvd", true), (diagnostic.Id, diagnostic.File, diagnostic.IsError));
        Assert.Empty(report.Loaded);

        Assert.Equal(("In.Container", "x.cvd/x.hdb", false), Scan(directory.File("x.cvd"), keys, out report, allowUnsigned: true));
        Assert.Equal((id, false), (Assert.Single(report.Diagnostics).Id, report.Diagnostics[0].IsError));
    }

    [Theory]
    [InlineData("only-header")]
    [InlineData("only-information")]
    [InlineData("plain-tar")]
    public void One_good_signature_is_enough(string what)
    {
        using var directory = new TemporaryDirectory();
        using var keys = new Keys();
        keys.Write(directory.File("x.cld"), what);
        Assert.Equal(("In.Container", "x.cld/x.hdb", true), Scan(directory.File("x.cld"), keys, out var report));
        Assert.Empty(report.Diagnostics);
    }

    [Theory]
    [InlineData("member-digest")]
    [InlineData("member-length")]
    [InlineData("member-unlisted")]
    public void A_member_that_is_not_as_listed_is_left_out_even_where_unsigned_is_allowed(string what)
    {
        using var directory = new TemporaryDirectory();
        using var keys = new Keys();
        keys.Write(directory.File("x.cvd"), what);
        Assert.Null(Scan(directory.File("x.cvd"), keys, out var report, allowUnsigned: true).Name);
        Assert.Contains(report.Diagnostics, diagnostic => diagnostic is { Id: "cvd.member", IsError: true });
    }

    [Fact]
    public void The_official_key_does_not_verify_ours()
    {
        using var directory = new TemporaryDirectory();
        using var keys = new Keys();
        keys.Write(directory.File("x.cvd"));
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("x.cvd"));
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Equal("cvd.wrong-signature", Assert.Single(report.Diagnostics).Id);
    }

    [Fact]
    public void A_container_that_ClamAV_signed_verifies_with_its_key_and_not_when_changed()
    {
        var path = OutsideData.Find("bytecode.cvd")[0];
        using var directory = new TemporaryDirectory();
        var builder = new DefinitionBuilder();
        builder.Add(path);
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Empty(report.Diagnostics);
        Assert.Equal([("hdb", 2L)], report.Loaded.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal(("cbc", "bytecode is not run"), (Assert.Single(report.Unsupported).Kind, report.Unsupported[0].Reason));

        // Without sum and signature in the header, as in a .cld, that in the .info member is enough.
        Assert.Equal(2, LoadChanged(directory, path, header => (header[5], header[6]) = ("X", "X"), out report));
        Assert.Empty(report.Diagnostics);
        Assert.Equal(0, LoadChanged(directory, path, header => header[6] = (header[6][0] == 'a' ? 'b' : 'a') + header[6][1..], out report));
        Assert.Equal("cvd.wrong-signature", Assert.Single(report.Diagnostics).Id);
    }

    [Fact]
    public void An_unsigned_container_of_sigtool_loads_where_that_is_allowed()
    {
        using var folder = new WorkFolder();
        folder.Write("t.hdb", Encoding.ASCII.GetBytes(Database));
        folder.Write("t.cfg", "PE:0x1:1:255\n"u8.ToArray());
        folder.Write("COPYING", "none\n"u8.ToArray());
        folder.RunWithInput("tester\n"u8.ToArray(), "sigtool", "--build=t.cud", "--unsigned", "--cvd-version=5", "--no-cdiff", $"--datadir={folder.Root}");
        using var keys = new Keys();
        Assert.Null(Scan(folder.Path("t.cud"), keys, out var report).Name);
        Assert.Equal("cvd.unsigned", Assert.Single(report.Diagnostics).Id);
        Assert.Equal(("In.Container", "t.cud/t.hdb", false), Scan(folder.Path("t.cud"), keys, out report, allowUnsigned: true));
        Assert.Equal(("cfg", 1L), (report.Unsupported[0].Kind, report.Unsupported[0].Count));
    }

    [Fact]
    public void A_detached_signature_counts_where_its_certificates_are_trusted()
    {
        using var directory = new TemporaryDirectory();
        using var keys = new Keys();
        keys.Write(directory.File("x.cvd"), "unsigned");
        using var authorityKey = RSA.Create(2048);
        using var authority = Authority(authorityKey, "CN=Test authority");
        using var signerKey = RSA.Create(2048);
        var request = new CertificateRequest("CN=Test signer", signerKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var issued = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3]);
        using var signer = issued.CopyWithPrivateKey(signerKey);
        var message = new SignedCms(new ContentInfo(File.ReadAllBytes(directory.File("x.cvd"))), detached: true);
        message.ComputeSignature(new CmsSigner(signer) { IncludeOption = X509IncludeOption.EndCertOnly });
        File.WriteAllText(directory.File("x-7.cvd.sign"), $"#clamsign-1.0\n\n220::pkcs7-pem:{Convert.ToBase64String(message.Encode())}\n");
        Directory.CreateDirectory(directory.File("trusted"));
        Directory.CreateDirectory(directory.File("other"));
        File.WriteAllText(directory.File("trusted/ca.pem"), authority.ExportCertificatePem());
        using var otherKey = RSA.Create(2048);
        using var other = Authority(otherKey, "CN=Other authority");
        File.WriteAllText(directory.File("other/ca.crt"), other.ExportCertificatePem());

        Assert.Equal(("In.Container", "x.cvd/x.hdb", true), Scan(directory.File("x.cvd"), keys, out var report, certificates: directory.File("trusted")));
        Assert.Empty(report.Diagnostics);

        Assert.Null(Scan(directory.File("x.cvd"), keys, out report, certificates: directory.File("other")).Name);
        Assert.Equal("cvd.wrong-signature", Assert.Single(report.Diagnostics).Id);
        Assert.Contains("CN=Test signer is not trusted", report.Diagnostics[0].Message);

        Assert.Null(Scan(directory.File("x.cvd"), keys, out report).Name);
        Assert.Equal("cvd.unsigned", Assert.Single(report.Diagnostics).Id);

        // Changed after it was signed.
        var bytes = File.ReadAllBytes(directory.File("x.cvd"));
        bytes[^1] ^= 1;
        File.WriteAllBytes(directory.File("x.cvd"), bytes);
        Assert.Null(Scan(directory.File("x.cvd"), keys, out report, certificates: directory.File("trusted")).Name);
        Assert.Contains(report.Diagnostics, diagnostic => diagnostic.IsError);
    }

    [Fact]
    public void A_damaged_container_gives_a_diagnostic_and_never_an_exception()
    {
        using var directory = new TemporaryDirectory();
        using var keys = new Keys();
        keys.Write(directory.File("x.cvd"));
        var bytes = File.ReadAllBytes(directory.File("x.cvd"));
        var random = new Random(11);
        for (var round = 0; round < 150; round++)
        {
            var damaged = round < 75 ? bytes[..(bytes.Length * round / 75)] : (byte[])bytes.Clone();
            for (var flips = round < 75 ? 0 : random.Next(1, 6); flips > 0; flips--)
                damaged[random.Next(2) == 0 ? random.Next(512) : random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(directory.File("damaged.cvd"), damaged);
            foreach (var allowUnsigned in (bool[])[false, true])
            {
                var found = Scan(directory.File("damaged.cvd"), keys, out var report, allowUnsigned);
                if (found.Name is not null && !allowUnsigned)
                {
                    // Only the builder's name and the times are not under the signature.
                    Assert.Equal(bytes[512..], damaged[512..]);
                }

                Assert.True(found.Name is not null || report.Diagnostics.Any(d => d.IsError), $"round {round}");
            }
        }
    }

    private static long LoadChanged(TemporaryDirectory directory, string path, Action<string[]> change, out BuildReport report)
    {
        var bytes = File.ReadAllBytes(path);
        var header = Encoding.ASCII.GetString(bytes, 0, 512).TrimEnd().Split(':');
        change(header);
        Encoding.ASCII.GetBytes(string.Join(':', header).PadRight(512)).CopyTo(bytes, 0);
        File.WriteAllBytes(directory.File("changed.cld"), bytes);
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("changed.cld"));
        using var definitions = builder.BuildTemporary(out report);
        return report.Loaded.GetValueOrDefault("hdb");
    }

    private static X509Certificate2 Authority(RSA key, string name)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
    }

    private static (string? Name, string? Source, bool Signed) Scan(
        string path, Keys keys, out BuildReport report, bool allowUnsigned = false, string? certificates = null)
    {
        var builder = new DefinitionBuilder { AllowUnsigned = allowUnsigned, ContainerKeys = keys.Public, CertificatesFolder = certificates };
        builder.Add(path);
        using var definitions = builder.BuildTemporary(out report);
        using var scanner = new Scanner(definitions);
        var found = scanner.Scan(new MemoryByteSource(Content), "content").Findings.OfType<Detection>().FirstOrDefault();
        return (found?.Name, found?.Source, found?.IsFromSignedSource ?? false);
    }

    /// <summary>Key pairs of our own, and the signing side of the format.</summary>
    private sealed class Keys : IDisposable
    {
        private readonly RSA _header = RSA.Create(1024);
        private readonly RSA _information = RSA.Create(2048);

        public CvdPublicKeys Public => new(Key(_header), Key(_information));

        /// <summary>Writes a container; <paramref name="what"/> says what is to be wrong with it.</summary>
        public void Write(string path, string what = "")
        {
            var database = Encoding.ASCII.GetBytes(Database);
            var members = new List<(string Name, byte[] Bytes)>
            {
                ("COPYING", "none"u8.ToArray()),
                ("x.info", []),
                ("x.hdb", database),
                ("x.ftm", "0:0:4d5a:MS-EXE:CL_TYPE_ANY:CL_TYPE_MSEXE\n"u8.ToArray()),
                ("x.odd", "unknown\n"u8.ToArray()),
            };
            var text = new StringBuilder("ClamAV-VDB:01 Jan 2020 00-00 +0000:7:1:63:X:X:tester:1577836800\n");
            foreach (var (name, bytes) in members.Skip(2).Where(member => what != "member-unlisted" || member.Name != "x.hdb"))
            {
                var length = bytes.Length + (what == "member-length" && name == "x.hdb" ? 1 : 0);
                var digest = Convert.ToHexStringLower(SHA256.HashData(what == "member-digest" && name == "x.hdb" ? Content : bytes));
                text.Append($"{name}:{length}:{digest}\n");
            }

            if (what is not ("unsigned" or "only-header"))
            {
                var hash = SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString()));
                if (what == "information")
                    hash[0] ^= 1;
                var signature = _information.SignHash(hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
                text.Append($"DSIG:{CvdSignature.Encode(new BigInteger(signature, isUnsigned: true, isBigEndian: true))}\n");
            }

            members[1] = ("x.info", Encoding.ASCII.GetBytes(text.ToString()));
            var body = Pack(members, compress: what != "plain-tar");
            var md5 = MD5.HashData(body);
            var headerSignature = what is "unsigned" or "only-information" ? "X" : SignChecksum(what == "header" ? MD5.HashData(Content) : md5);
            if (what == "digit")
                headerSignature = "!" + headerSignature[1..];
            var checksum = what switch
            {
                "checksum" => new string('0', 32),
                "only-information" or "plain-tar" => "X",
                _ => Convert.ToHexStringLower(md5),
            };
            var header = $"ClamAV-VDB:01 Jan 2020 00-00 +0000:7:1:63:{checksum}:{headerSignature}:tester:1577836800".PadRight(512);
            File.WriteAllBytes(path, [.. Encoding.ASCII.GetBytes(header), .. body]);
        }

        public void Dispose()
        {
            _header.Dispose();
            _information.Dispose();
        }

        private static CvdPublicKey Key(RSA rsa)
        {
            var parameters = rsa.ExportParameters(false);
            return new(new(parameters.Modulus, isUnsigned: true, isBigEndian: true), new(parameters.Exponent, isUnsigned: true, isBigEndian: true));
        }

        private string SignChecksum(byte[] md5)
        {
            var parameters = _header.ExportParameters(true);
            return CvdSignature.Encode(BigInteger.ModPow(
                new(md5, isUnsigned: true, isBigEndian: true), new(parameters.D, isUnsigned: true, isBigEndian: true),
                new(parameters.Modulus, isUnsigned: true, isBigEndian: true)));
        }

        private static byte[] Pack(List<(string Name, byte[] Bytes)> members, bool compress)
        {
            var output = new MemoryStream();
            using (Stream stream = compress ? new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true) : output)
            using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
            {
                foreach (var (name, bytes) in members)
                    tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes), ModificationTime = DateTimeOffset.UnixEpoch });
            }

            return output.ToArray();
        }
    }
}
