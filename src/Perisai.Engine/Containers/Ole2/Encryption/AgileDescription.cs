using System.Globalization;
using System.Security.Cryptography;
using System.Xml;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>What the XML of agile encryption says of a key ([MS-OFFCRYPTO] 2.3.4.10): of the package's, or of the password's that encrypts it.</summary>
internal sealed record AgileDescription
{
    public required byte[] Salt { get; init; }

    public required int KeyLength { get; init; }

    public required HashAlgorithmName Algorithm { get; init; }

    public int Spins { get; init; }

    public byte[] VerifierInput { get; init; } = [];

    public byte[] VerifierHash { get; init; } = [];

    public byte[] EncryptedKey { get; init; } = [];

    /// <summary>Reads both descriptions; false where they are not whole or want something else than AES with CBC.</summary>
    public static bool TryRead(ReadOnlySpan<byte> xml, out AgileDescription package, out AgileDescription password)
    {
        package = password = null!;
        try
        {
            using var stream = new MemoryStream(xml.ToArray());
            using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            while (reader.Read() && (package is null || password is null))
            {
                if (reader.NodeType != XmlNodeType.Element)
                    continue;
                if (reader.LocalName == "keyData")
                    package = Parse(reader)!;
                else if (reader.LocalName == "encryptedKey" && reader.GetAttribute("spinCount") is not null)
                    password = Parse(reader)!;
            }
        }
        catch (Exception exception) when (exception is XmlException or FormatException or OverflowException or ArgumentException)
        {
            return false;
        }

        return package is not null && password is not null;
    }

    private static AgileDescription? Parse(XmlReader reader)
    {
        HashAlgorithmName? algorithm = reader.GetAttribute("hashAlgorithm") switch
        {
            "SHA512" => HashAlgorithmName.SHA512,
            "SHA384" => HashAlgorithmName.SHA384,
            "SHA256" => HashAlgorithmName.SHA256,
            "SHA1" or "SHA-1" => HashAlgorithmName.SHA1,
            "MD5" => HashAlgorithmName.MD5,
            _ => null,
        };
        var bits = Number("keyBits");
        if (algorithm is not { } known || bits is not (128 or 192 or 256) || reader.GetAttribute("cipherAlgorithm") != "AES"
            || reader.GetAttribute("cipherChaining") != "ChainingModeCBC")
        {
            return null;
        }

        return new()
        {
            Salt = Bytes("saltValue"),
            KeyLength = bits / 8,
            Algorithm = known,
            Spins = Number("spinCount"),
            VerifierInput = Bytes("encryptedVerifierHashInput"),
            VerifierHash = Bytes("encryptedVerifierHashValue"),
            EncryptedKey = Bytes("encryptedKeyValue"),
        };

        int Number(string name) => int.Parse(reader.GetAttribute(name) ?? "0", CultureInfo.InvariantCulture);
        byte[] Bytes(string name) => Convert.FromBase64String(reader.GetAttribute(name) ?? "");
    }
}
