using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Perisai.Engine.Formats;
using Perisai.Engine.Formats.Crx;

namespace Perisai.Engine.Modules.Crx;

/// <summary>What a Chrome extension is.</summary>
internal sealed class CrxFacts
{
    /// <summary>Nesting of a manifest; real ones have a few levels.</summary>
    private const int MaximumDepth = 64;

    private static readonly string[] _texts = ["version", "name", "description", "minimum_chrome_version", "homepage_url", "default_locale"];
    private static readonly string[] _lists = ["permissions", "host_permissions", "optional_permissions", "optional_host_permissions"];

    private readonly PagedReader _reader;
    private readonly Dictionary<string, string> _values = [];
    private readonly Dictionary<string, List<byte[]>> _listValues = [];
    private readonly Dictionary<string, string>? _messages;

    private CrxFacts(PagedReader reader, CrxPackage package, CrxArchive archive)
    {
        _reader = reader;
        Package = package;
        Signatures = [.. package.Proofs.Select(proof => new CrxSignature(proof, this))];
        var hasManifest = archive.Read("manifest.json") is { } manifest && TryReadManifest(manifest);
        if (hasManifest && archive.Read($"_locales/{_values.GetValueOrDefault("default_locale", "en")}/messages.json") is { } messages)
            _messages = ReadMessages(messages);
    }

    public CrxPackage Package { get; }

    public IReadOnlyList<CrxSignature> Signatures { get; }

    /// <summary>The name in the extension's own language.</summary>
    public byte[]? Name => Resolved("name");

    public byte[]? Description => Resolved("description");

    /// <summary>The name as the manifest has it; null where there are no messages that it could stand for.</summary>
    public byte[]? RawName => _messages is null ? null : Text("name");

    public byte[]? RawDescription => _messages is null ? null : Text("description");

    /// <summary>The SHA-256 of all permissions one after the other.</summary>
    public byte[] PermissionHash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var permission in List("permissions") ?? [])
                hash.AppendData(permission);
            return Hexadecimal.Of(hash.GetHashAndReset());
        }
    }

    /// <summary>Null where the object is no extension.</summary>
    public static CrxFacts? Read(BoundedReader source)
    {
        var reader = new PagedReader(source);
        return CrxReader.Read(reader) is { } package && CrxArchive.Open(reader, package.ArchiveOffset) is { } archive
            ? new CrxFacts(reader, package, archive) : null;
    }

    public byte[]? Text(string name) => _values.TryGetValue(name, out var value) ? Encoding.UTF8.GetBytes(value) : null;

    public List<byte[]>? List(string name) => _listValues.GetValueOrDefault(name);

    /// <summary>Whether the signature is one of the archive, made with its key. Whatever the base library throws for a key means no.</summary>
    public bool Verify(CrxProof proof)
    {
        try
        {
            var algorithm = Package.SignedHeader is null ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;
            if (Digest(algorithm) is not { } digest)
                return false;
            if (proof.IsEllipticCurve)
            {
                using var curve = ECDsa.Create();
                curve.ImportSubjectPublicKeyInfo(proof.Key, out _);
                return curve.VerifyHash(digest, proof.Signature, DSASignatureFormat.Rfc3279DerSequence);
            }

            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(proof.Key, out _);
            return rsa.VerifyHash(digest, proof.Signature, algorithm, RSASignaturePadding.Pkcs1);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private byte[]? Digest(HashAlgorithmName algorithm)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        if (Package.SignedHeader is { } signed)
        {
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, signed.Length);
            hash.AppendData("CRX3 SignedData\0"u8);
            hash.AppendData(length);
            hash.AppendData(signed);
        }

        var reader = _reader.Reader;
        reader.Position = Package.ArchiveOffset;
        while (!reader.AtEnd)
        {
            var part = reader.Peek(1);
            if (part.IsEmpty || !reader.Budget.CheckTime())
                return null;
            hash.AppendData(part);
            reader.Position += part.Length;
        }

        return hash.GetHashAndReset();
    }

    /// <summary>A manifest in which one of the values has another type counts as none.</summary>
    private bool TryReadManifest(byte[] manifest)
    {
        using var document = Parse(manifest);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object)
            return false;
        foreach (var name in _texts)
        {
            if (!document.RootElement.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
                continue;
            if (value.ValueKind != JsonValueKind.String || TextOf(value) is not { } text)
                return false;
            _values.Add(name, text);
        }

        foreach (var name in _lists)
        {
            var list = new List<byte[]>();
            if (document.RootElement.TryGetProperty(name, out var value))
            {
                if (value.ValueKind != JsonValueKind.Array)
                    return Forget();
                foreach (var element in value.EnumerateArray())
                {
                    if (element.ValueKind != JsonValueKind.String || TextOf(element) is not { } text)
                        return Forget();
                    list.Add(Encoding.UTF8.GetBytes(text));
                }
            }

            _listValues.Add(name, list);
        }

        return true;
    }

    private bool Forget()
    {
        _values.Clear();
        _listValues.Clear();
        return false;
    }

    private static Dictionary<string, string>? ReadMessages(byte[] bytes)
    {
        using var document = Parse(bytes);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object)
            return null;
        var messages = new Dictionary<string, string>();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Object || !member.Value.TryGetProperty("message", out var message)
                || message.ValueKind != JsonValueKind.String || TextOf(message) is not { } text)
                return null;
            messages[member.Name] = text;
        }

        return messages;
    }

    /// <summary>Null for an escape that is half of a pair.</summary>
    private static string? TextOf(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonDocument? Parse(byte[] bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaximumDepth });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private byte[]? Resolved(string name)
    {
        if (!_values.TryGetValue(name, out var value))
            return null;
        const string prefix = "__MSG_";
        const string suffix = "__";
        var isMessage = value.Length >= prefix.Length + suffix.Length && value.StartsWith(prefix, StringComparison.Ordinal)
            && value.EndsWith(suffix, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(
            isMessage && _messages?.GetValueOrDefault(value[prefix.Length..^suffix.Length]) is { } message ? message : value);
    }
}

/// <summary>A signature, verified when a rule asks.</summary>
internal sealed class CrxSignature(CrxProof proof, CrxFacts facts)
{
    private bool? _isVerified;

    public byte[] Key => Encoding.ASCII.GetBytes(Convert.ToBase64String(proof.Key));

    public bool IsVerified => _isVerified ??= facts.Verify(proof);
}
