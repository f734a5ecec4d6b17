using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Perisai.Engine.Containers.Rar;

/// <summary>Makes keys of passwords, and keeps them: files of an archive share the salt as a rule.</summary>
internal sealed class RarKeys
{
    private const int Rounds4 = 0x40000;
    private const int MaxKept = 64;

    private readonly Dictionary<(string Salt, int Power, string Password), (byte[] Key, byte[] Vector)> _keys = [];

    /// <summary>
    /// RAR 3 and 4: SHA-1 over 2^18 rounds of password (UTF-16), salt and a counter of three bytes. The state on the way gives the
    /// initial vector, a byte every 2^14 rounds.
    /// </summary>
    [SuppressMessage("Security", "CA5350", Justification = "The format wants SHA-1.")]
    public (byte[] Key, byte[] Vector) Derive4(ReadOnlySpan<byte> password, byte[] salt)
    {
        var text = Encoding.UTF8.GetString(password);
        var id = (Convert.ToHexString(salt), -1, text);
        if (_keys.TryGetValue(id, out var known))
            return known;
        const int Batch = Rounds4 / 16;
        var letters = Encoding.Unicode.GetBytes(text);
        var round = (byte[])[.. letters, .. salt, 0, 0, 0];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        var vector = new byte[16];
        for (var counter = 0; counter < Rounds4; counter++)
        {
            round[^3] = (byte)counter;
            round[^2] = (byte)(counter >> 8);
            round[^1] = (byte)(counter >> 16);
            hash.AppendData(round);
            if (counter % Batch == 0)
                vector[counter / Batch] = hash.GetCurrentHash()[^1];
        }

        // Each word of the key is stored with its lowest byte first.
        var key = hash.GetHashAndReset()[..16];
        for (var at = 0; at < key.Length; at += 4)
            key.AsSpan(at, 4).Reverse();
        return Keep(id, (key, vector));
    }

    /// <summary>
    /// RAR 5: PBKDF2 with HMAC-SHA256; 32 rounds more give a value that proves the password. Null where it is proved wrong.
    /// </summary>
    public byte[]? Derive5(ReadOnlySpan<byte> password, RarEncryption encryption)
    {
        var id = (Convert.ToHexString(encryption.Salt), encryption.Power, Encoding.UTF8.GetString(password));
        if (!_keys.TryGetValue(id, out var known))
        {
            var rounds = 1 << encryption.Power;
            var key = Rfc2898DeriveBytes.Pbkdf2(password, encryption.Salt, rounds, HashAlgorithmName.SHA256, 32);
            var proof = Rfc2898DeriveBytes.Pbkdf2(password, encryption.Salt, rounds + 32, HashAlgorithmName.SHA256, 32);
            var folded = new byte[8];
            for (var index = 0; index < proof.Length; index++)
                folded[index % 8] ^= proof[index];
            known = Keep(id, (key, folded));
        }

        // The stored value has a checksum of its own: where that is wrong, it proves nothing.
        var check = encryption.Check;
        var isSound = check.Length == 12 && SHA256.HashData(check.AsSpan(0, 8)).AsSpan(0, 4).SequenceEqual(check.AsSpan(8));
        return isSound && !known.Vector.AsSpan().SequenceEqual(check.AsSpan(0, 8)) ? null : known.Key;
    }

    private (byte[] Key, byte[] Vector) Keep((string, int, string) id, (byte[] Key, byte[] Vector) value)
    {
        if (_keys.Count < MaxKept)
            _keys.Add(id, value);
        return value;
    }
}
