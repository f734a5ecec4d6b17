using System.Security.Cryptography;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pdf;

/// <summary>
/// The standard security handler (ISO 32000-2, 7.6), revisions 2 to 6: the key that a password opens, and what it makes of streams and text.
/// The empty password is tried first, then the configured ones, each as the user's and as the owner's.
/// </summary>
internal sealed class PdfDecryption
{
    private const int Block = 16;

    private readonly byte[]? _key;
    private readonly PdfValue _dictionary;
    private readonly PdfFacts _facts;
    private readonly PdfCipher _streams;
    private readonly PdfCipher _texts;

    private PdfDecryption(byte[]? key, string reason, in PdfValue dictionary, PdfFacts facts)
    {
        _key = key;
        Reason = reason;
        _dictionary = dictionary;
        _facts = facts;
        var version = NumberOf("V", 0);
        _streams = version < 4 ? PdfCipher.Rc4 : CipherOf(facts.Resolve(dictionary["StmF"]));
        _texts = version < 4 ? PdfCipher.Rc4 : CipherOf(facts.Resolve(dictionary["StrF"]));
    }

    /// <summary>No password fits, or the handler is not known: nothing that is encrypted can be read.</summary>
    public bool IsLocked => _key is null;

    public string Reason { get; }

    /// <summary>Null where the document is not encrypted.</summary>
    public static PdfDecryption? Open(PdfFacts facts, IMemberSink sink)
    {
        if (facts.Encrypt.Kind == PdfKind.None)
            return null;
        var dictionary = facts.Resolve(facts.Encrypt);
        if (dictionary.Kind != PdfKind.Dictionary)
            return new(null, "The encryption dictionary is not there.", dictionary, facts);
        var handler = facts.Resolve(dictionary["Filter"]);
        if (handler.Kind == PdfKind.Name && !handler.IsName("Standard"))
            return new(null, $"The security handler {handler.Word} is not supported.", dictionary, facts);
        var opener = new PdfPasswords(dictionary, facts);
        var key = opener.TryOpen([]);
        for (var index = 0; key is null && index < sink.Passwords.Count && sink.Budget.CheckTime(); index++)
            key = opener.TryOpen(sink.Passwords[index]);
        return new(key, "No password fits.", dictionary, facts);
    }

    /// <summary>Whether a stream is encrypted.</summary>
    public bool Covers(PdfStream stream, PdfFacts facts) => CipherOf(stream, facts) != PdfCipher.None;

    /// <summary>The stream's bytes decrypted; what is read from the result is read from the input.</summary>
    public Stream OpenStream(PdfStream stream, CodecInput input)
    {
        var cipher = CipherOf(stream, _facts);
        var key = KeyOf(stream.Number, stream.Generation, cipher);
        if (cipher == PdfCipher.Rc4)
            return new Rc4Stream(input, key);
        return new PdfAesStream(input, key);
    }

    public byte[] DecryptText(int number, int generation, byte[] text)
    {
        if (_key is null || _texts == PdfCipher.None)
            return text;
        var key = KeyOf(number, generation, _texts);
        if (_texts == PdfCipher.Rc4)
            return Rc4Stream.Transform(key, text);
        var length = text.Length - text.Length % Block - Block;
        if (length <= 0)
            return [];
        using var aes = Aes.Create();
        aes.Key = key;
        var plain = aes.DecryptCbc(text.AsSpan(Block, length), text.AsSpan(0, Block), PaddingMode.None);
        return plain[..(plain.Length - (plain[^1] is >= 1 and <= Block ? plain[^1] : 0))];
    }

    private PdfCipher CipherOf(PdfStream stream, PdfFacts facts)
    {
        if (stream.IsCrossReference)
            return PdfCipher.None;
        if (PdfFilters.Names(stream.Dictionary, facts, "Crypt"))
        {
            var parameters = facts.Resolve(stream.Dictionary["DecodeParms"]);
            var own = parameters.Kind == PdfKind.Array && parameters.Items.Count > 0 ? facts.Resolve(parameters.Items[0]) : parameters;
            return CipherOf(own["Name"]);
        }

        var isPlainMetadata = stream.Dictionary["Type"].IsName("Metadata") && _facts.Resolve(_dictionary["EncryptMetadata"]).Word == "false";
        return isPlainMetadata ? PdfCipher.None : _streams;
    }

    /// <summary>The method of a crypt filter, by its name.</summary>
    private PdfCipher CipherOf(in PdfValue filter)
    {
        if (filter.Kind != PdfKind.Name || filter.Word == "Identity")
            return PdfCipher.None;
        var method = _facts.Resolve(_facts.Resolve(_facts.Resolve(_dictionary["CF"])[filter.Word])["CFM"]);
        return method.Word switch
        {
            "V2" => PdfCipher.Rc4,
            "AESV2" => PdfCipher.Aes,
            "AESV3" => PdfCipher.AesWhole,
            _ => PdfCipher.None,
        };
    }

    /// <summary>The key of one object (algorithm 1); AES-256 has one for all.</summary>
    private byte[] KeyOf(int number, int generation, PdfCipher cipher)
    {
        var key = _key ?? [];
        if (cipher == PdfCipher.AesWhole)
            return key;
        byte[] seed =
        [
            .. key, (byte)number, (byte)(number >> 8), (byte)(number >> 16), (byte)generation, (byte)(generation >> 8),
            .. cipher == PdfCipher.Aes ? "sAlT"u8 : [],
        ];
        return MD5.HashData(seed)[..Math.Min(key.Length + 5, 16)];
    }

    private long NumberOf(string name, long otherwise) =>
        _facts.Resolve(_dictionary[name]) is { Kind: PdfKind.Number } value ? value.Number : otherwise;
}
