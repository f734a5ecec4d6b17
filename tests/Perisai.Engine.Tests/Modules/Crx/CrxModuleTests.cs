using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules.Crx;

public class CrxModuleTests
{
    private static readonly RuleModule _module = RuleModules.Find("crx")!;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void AnExtensionIsReadAndItsSignaturesVerified(int version)
    {
        var bytes = Example(version, out var key, out var identifier);
        var fields = FactDump.Of(_module, bytes);
        Assert.Equal("1", fields["is_crx"]);
        Assert.Equal(version.ToString(System.Globalization.CultureInfo.InvariantCulture), fields["crx_version"]);
        Assert.Equal($"\"{identifier}\"", fields["id"]);
        Assert.Equal("\"1.2\"", fields["version"]);
        Assert.Equal("\"Good name\"", fields["name"]);
        Assert.Equal("\"__MSG_title__\"", fields["raw_name"]);
        Assert.Equal("\"Plain\"", fields["description"]);
        Assert.Equal("\"tabs\"", fields["permissions[0]"]);
        Assert.Equal("\"storage\"", fields["permissions[1]"]);
        Assert.Equal("\"<all_urls>\"", fields["host_permissions[0]"]);
        Assert.Equal($"\"{Convert.ToBase64String(key)}\"", fields["signatures[0].key"]);
        Assert.Equal("1", fields["signatures[0].verified"]);
        if (version == 3)
            Assert.Equal("1", fields["signatures[1].verified"]);
        var facts = _module.Load(new ModuleContext(new MemoryByteSource(bytes), new ScanBudget(ScanLimits.Default)));
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData("tabsstorage"u8)),
            Encoding.ASCII.GetString(ModuleCalls.Call(_module.Schema, facts, "permhash").Text));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void AChangedArchiveIsNotVerified(int version)
    {
        var bytes = Example(version, out _, out _);
        // The time of a file: nothing that is read.
        var local = bytes.AsSpan().IndexOf("PK\x03\x04"u8);
        bytes[local + 10] ^= 1;
        var fields = FactDump.Of(_module, bytes);
        Assert.Equal("1", fields["is_crx"]);
        Assert.Equal("0", fields["signatures[0].verified"]);
    }

    [Fact]
    public void WithoutAnArchiveItIsNoExtension()
    {
        var bytes = Example(3, out _, out _);
        Assert.Equal("0", FactDump.Of(_module, bytes[..^30])["is_crx"]);
        Assert.Equal("0", FactDump.Of(_module, bytes[1..])["is_crx"]);
        bytes[4] = 4;
        Assert.Equal("0", FactDump.Of(_module, bytes)["is_crx"]);
    }

    internal static byte[] Example(int version, out byte[] key, out string identifier)
    {
        var archive = Archive();
        using var rsa = RSA.Create(2048);
        key = rsa.ExportSubjectPublicKeyInfo();
        var id = SHA256.HashData(key)[..16];
        identifier = string.Concat(Convert.ToHexStringLower(id).Select(digit => (char)('a' + Convert.ToInt32(digit.ToString(), 16))));
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("Cr24"u8);
        writer.Write(version);
        if (version == 2)
        {
            var signature = rsa.SignData(archive, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);
            writer.Write(key.Length);
            writer.Write(signature.Length);
            writer.Write(key);
            writer.Write(signature);
        }
        else
        {
            using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var signed = Field(1, id);
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, signed.Length);
            byte[] content = [.. "CRX3 SignedData\0"u8, .. length, .. signed, .. archive];
            byte[] header =
            [
                .. Field(2, [.. Field(1, key), .. Field(2, rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))]),
                .. Field(3, [
                    .. Field(1, curve.ExportSubjectPublicKeyInfo()),
                    .. Field(2, curve.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))]),
                .. Field(10_000, signed),
            ];
            writer.Write(header.Length);
            writer.Write(header);
        }

        writer.Write(archive);
        return stream.ToArray();
    }

    private static byte[] Archive()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("manifest.json", """
                {"version": "1.2", "name": "__MSG_title__", "description": "Plain", "default_locale": "de", "permissions": ["tabs", "storage"],
                 "host_permissions": ["<all_urls>"], "other": [{}, null, 1]}
                """);
            Add("_locales/de/messages.json", """{"title": {"message": "Good name"}}""");

            void Add(string name, string text)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return stream.ToArray();
    }

    /// <summary>A field of a protocol buffer that is bytes.</summary>
    private static byte[] Field(int number, byte[] value) => [.. Number(number << 3 | 2), .. Number(value.Length), .. value];

    private static byte[] Number(int value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7F; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
