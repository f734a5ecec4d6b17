using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>
/// The key of a document encrypted with RC4 ([MS-OFFCRYPTO] 2.3.5 and 2.3.6): each block of the document has its own, made from a hash and its number.
/// </summary>
internal sealed class Rc4Key
{
    private const int SaltLength = 16;
    private const int VerifierLength = 16;

    private readonly HashAlgorithmName _algorithm;
    private readonly byte[] _hash;
    private readonly int _keyLength;

    private Rc4Key(HashAlgorithmName algorithm, byte[] hash, int keyLength) => (_algorithm, _hash, _keyLength) = (algorithm, hash, keyLength);

    /// <summary>Finds the key by what a header says behind its version, and the passwords; null where none fits.</summary>
    public static Rc4Key? Find(ReadOnlySpan<byte> header, IMemberSink sink, out string detail)
    {
        detail = "";
        if (header.Length < 4)
        {
            detail = "The description of the encryption is not whole.";
            return null;
        }

        var (major, minor) = (BinaryPrimitives.ReadUInt16LittleEndian(header), BinaryPrimitives.ReadUInt16LittleEndian(header[2..]));
        if (major == 1 && minor == 1)
            return FindPlain(header[4..], sink);
        if (major is >= 2 and <= 4 && minor == 2)
            return FindCryptoApi(header[4..], sink, out detail);
        detail = $"Encryption of version {major}.{minor}.";
        return null;
    }

    /// <summary>The cipher for a block.</summary>
    public Rc4 Block(int number)
    {
        Span<byte> seed = stackalloc byte[_hash.Length + 4];
        _hash.CopyTo(seed);
        BinaryPrimitives.WriteInt32LittleEndian(seed[_hash.Length..], number);
        var hash = PasswordHash.Hash(_algorithm, seed);
        if (_algorithm == HashAlgorithmName.MD5)
            return new(hash);
        // Keys of 40 bits are filled up with zeros to 128.
        return _keyLength == 5 ? new([.. hash.AsSpan(0, 5), .. new byte[11]]) : new(hash.AsSpan(0, _keyLength));
    }

    /// <summary>RC4 of Office 97: a salt, a verifier, and its hash; five bytes of MD5 are the key.</summary>
    private static Rc4Key? FindPlain(ReadOnlySpan<byte> bytes, IMemberSink sink)
    {
        if (bytes.Length < SaltLength + VerifierLength + 16)
            return null;
        var salt = bytes[..SaltLength].ToArray();
        foreach (var password in OfficePasswords.Of(sink))
        {
            var first = PasswordHash.Hash(HashAlgorithmName.MD5, password);
            var repeated = new byte[16 * (5 + SaltLength)];
            for (var index = 0; index < 16; index++)
            {
                first.AsSpan(0, 5).CopyTo(repeated.AsSpan(index * (5 + SaltLength)));
                salt.CopyTo(repeated, index * (5 + SaltLength) + 5);
            }

            var key = new Rc4Key(HashAlgorithmName.MD5, PasswordHash.Hash(HashAlgorithmName.MD5, repeated)[..5], 16);
            if (key.Fits(bytes.Slice(SaltLength, VerifierLength + 16), 16))
                return key;
        }

        return null;
    }

    /// <summary>RC4 of Office 2002 and 2003, with the algorithms of Windows.</summary>
    private static Rc4Key? FindCryptoApi(ReadOnlySpan<byte> bytes, IMemberSink sink, out string detail)
    {
        detail = "";
        if (bytes.Length < 8 || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) is var headerLength && (headerLength < 32 || headerLength > bytes.Length - 8))
        {
            detail = "The description of the encryption is not whole.";
            return null;
        }

        var header = bytes.Slice(8, (int)headerLength);
        var verifier = bytes[(8 + header.Length)..];
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        // No number stands for 40 bits.
        bits = bits == 0 ? 40 : bits;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) != 0x6801 || bits is < 40 or > 128 || bits % 8 != 0
            || verifier.Length < 4 + SaltLength + VerifierLength + 4 + 20)
        {
            detail = "Encryption of a kind that is not known.";
            return null;
        }

        var salt = verifier.Slice(4, SaltLength);
        byte[] check = [.. verifier.Slice(4 + SaltLength, VerifierLength), .. verifier.Slice(4 + SaltLength + VerifierLength + 4, 20)];
        foreach (var password in OfficePasswords.Of(sink))
        {
            var key = new Rc4Key(HashAlgorithmName.SHA1, PasswordHash.Hash(HashAlgorithmName.SHA1, [.. salt, .. password]), (int)bits / 8);
            if (key.Fits(check, 20))
                return key;
        }

        return null;
    }

    /// <summary>Whether a verifier and its hash, encrypted one behind the other, belong together.</summary>
    private bool Fits(ReadOnlySpan<byte> encrypted, int hashLength)
    {
        var plain = encrypted.ToArray();
        Block(0).Apply(plain);
        return PasswordHash.Hash(_algorithm, plain.AsSpan(0, VerifierLength)).AsSpan().SequenceEqual(plain.AsSpan(VerifierLength, hashLength));
    }
}
