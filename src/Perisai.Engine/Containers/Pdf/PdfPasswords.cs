using System.Security.Cryptography;

namespace Perisai.Engine.Containers.Pdf;

/// <summary>Finds the file's key with a password (ISO 32000-2, 7.6.4, algorithms 2 to 13).</summary>
internal sealed class PdfPasswords
{
    private readonly byte[] _owner;
    private readonly byte[] _user;
    private readonly byte[] _ownerKey;
    private readonly byte[] _userKey;
    private readonly byte[] _id;
    private readonly int _permissions;
    private readonly long _revision;
    private readonly int _keyLength;
    private readonly bool _encryptsMetadata;

    public PdfPasswords(in PdfValue dictionary, PdfFacts facts)
    {
        _owner = facts.Resolve(dictionary["O"]).Bytes;
        _user = facts.Resolve(dictionary["U"]).Bytes;
        _ownerKey = facts.Resolve(dictionary["OE"]).Bytes;
        _userKey = facts.Resolve(dictionary["UE"]).Bytes;
        _id = facts.DocumentId;
        _permissions = (int)facts.Resolve(dictionary["P"]).Number;
        _revision = facts.Resolve(dictionary["R"]).Number;
        var version = facts.Resolve(dictionary["V"]).Number;
        var length = facts.Resolve(dictionary["Length"]) is { Kind: PdfKind.Number } given ? given.Number : 40;
        // Some write the length in bytes; version 1 is always 40 bits, version 4 always 128.
        length = version switch { 1 => 40, 4 => 128, _ => length < 40 ? length * 8 : length };
        _keyLength = _revision <= 2 ? 5 : (int)Math.Clamp(length / 8, 5, 16);
        _encryptsMetadata = facts.Resolve(dictionary["EncryptMetadata"]).Word != "false";
    }

    private static ReadOnlySpan<byte> Padding =>
    [
        0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08,
        0x2E, 0x2E, 0x00, 0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
    ];

    /// <summary>The key that a password opens, as the user's or as the owner's; null where it opens nothing.</summary>
    public byte[]? TryOpen(byte[] password)
    {
        if (_revision >= 5)
        {
            if (_user.Length < 48)
                return null;
            var head = password[..Math.Min(password.Length, 127)];
            return TryOpenNew(head, _user, [], _userKey) ?? (_owner.Length < 48 ? null : TryOpenNew(head, _owner, _user[..48], _ownerKey));
        }

        if (_owner.Length < 32 || _user.Length < 16 || _revision < 2)
            return null;
        var padded = Pad(password);
        return TryAsUser(padded) ?? TryAsUser(UserPassword(padded));
    }

    private static byte[] Pad(byte[] password)
    {
        byte[] whole = [.. password, .. Padding];
        return whole[..32];
    }

    /// <summary>Algorithm 2, and the check of 4 or 5.</summary>
    private byte[]? TryAsUser(byte[] padded)
    {
        byte[] permissions = [(byte)_permissions, (byte)(_permissions >> 8), (byte)(_permissions >> 16), (byte)(_permissions >> 24)];
        byte[] seed = [.. padded, .. _owner.AsSpan(0, 32), .. permissions, .. _id, .. _revision >= 4 && !_encryptsMetadata ? [0xFF, 0xFF, 0xFF, 0xFF] : ReadOnlySpan<byte>.Empty];
        var hash = MD5.HashData(seed);
        for (var round = 0; _revision >= 3 && round < 50; round++)
            hash = MD5.HashData(hash.AsSpan(0, _keyLength));
        var key = hash[.._keyLength];
        if (_revision == 2)
            return Rc4Stream.Transform(key, Padding.ToArray()).AsSpan().SequenceEqual(_user.AsSpan(0, Math.Min(32, _user.Length))) ? key : null;
        var check = Rc4Stream.Transform(key, MD5.HashData([.. Padding, .. _id]));
        for (var round = 1; round < 20; round++)
            check = Rc4Stream.Transform(Varied(key, round), check);
        return check.AsSpan().SequenceEqual(_user.AsSpan(0, 16)) ? key : null;
    }

    /// <summary>The user's password, padded, that the owner's opens (algorithm 7).</summary>
    private byte[] UserPassword(byte[] padded)
    {
        var hash = MD5.HashData(padded);
        for (var round = 0; _revision >= 3 && round < 50; round++)
            hash = MD5.HashData(hash.AsSpan(0, _keyLength));
        var key = hash[.._keyLength];
        var password = _owner[..32];
        for (var round = _revision == 2 ? 0 : 19; round >= 0; round--)
            password = Rc4Stream.Transform(Varied(key, round), password);
        return password;
    }

    private static byte[] Varied(byte[] key, int round) => Array.ConvertAll(key, value => (byte)(value ^ round));

    /// <summary>Revisions 5 and 6: a hash of 32 bytes, eight of salt to check the password, and eight for the key.</summary>
    private byte[]? TryOpenNew(byte[] password, byte[] entry, byte[] user, byte[] encryptedKey)
    {
        if (encryptedKey.Length < 32 || !Hash(password, entry.AsSpan(32, 8), user).AsSpan().SequenceEqual(entry.AsSpan(0, 32)))
            return null;
        using var aes = Aes.Create();
        aes.Key = Hash(password, entry.AsSpan(40, 8), user);
        return aes.DecryptCbc(encryptedKey.AsSpan(0, 32), new byte[16], PaddingMode.None);
    }

    /// <summary>SHA-256 alone, or hardened as algorithm 2.B has it.</summary>
    private byte[] Hash(byte[] password, ReadOnlySpan<byte> salt, byte[] user)
    {
        var hash = SHA256.HashData([.. password, .. salt, .. user]);
        if (_revision < 6)
            return hash;
        using var aes = Aes.Create();
        for (var round = 0; ; round++)
        {
            byte[] once = [.. password, .. hash, .. user];
            var repeated = new byte[once.Length * 64];
            for (var copy = 0; copy < 64; copy++)
                once.CopyTo(repeated, copy * once.Length);
            aes.Key = hash[..16];
            var mixed = aes.EncryptCbc(repeated, hash.AsSpan(16, 16), PaddingMode.None);
            var sum = 0;
            foreach (var value in mixed.AsSpan(0, 16))
                sum += value;
            hash = (sum % 3) switch { 0 => SHA256.HashData(mixed), 1 => SHA384.HashData(mixed), _ => SHA512.HashData(mixed) };
            // At least 64 rounds, then until the last byte says so.
            if (round >= 63 && mixed[^1] <= round - 31)
                return hash[..32];
        }
    }
}
