using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.SevenZip;

/// <summary>
/// The properties of an AES coder, and the key that a password makes with them: SHA-256 over so many rounds of salt, password (UTF-16)
/// and a counter of 64 bits.
/// </summary>
internal sealed class SevenZipKeys(ScanBudget budget)
{
    /// <summary>Rounds hashed between two looks at the clock.</summary>
    private const int Batch = 4096;

    private const int MaxKept = 64;

    private readonly Dictionary<(string Salt, int Power, string Password), byte[]> _keys = [];

    /// <summary>Parses the properties: the power and two flags, the lengths of salt and initial vector, then these.</summary>
    /// <exception cref="CodecException">There are no such properties.</exception>
    public static (int Power, byte[] Salt, byte[] Vector) Parse(ReadOnlySpan<byte> properties)
    {
        var vector = new byte[16];
        if (properties.IsEmpty)
            throw new CodecException("7z: the AES properties are missing.");
        var first = properties[0];
        var power = first & 0x3F;
        if ((first & 0xC0) == 0)
            return (power, [], vector);
        if (properties.Length < 2)
            throw new CodecException("7z: the AES properties are too short.");
        var saltLength = (first >> 7) + (properties[1] >> 4);
        var vectorLength = (first >> 6 & 1) + (properties[1] & 15);
        if (properties.Length < 2 + saltLength + vectorLength)
            throw new CodecException("7z: the AES properties are too short.");
        properties.Slice(2 + saltLength, vectorLength).CopyTo(vector);
        return (power, properties.Slice(2, saltLength).ToArray(), vector);
    }

    /// <exception cref="CodecException">It would take too many rounds, or the time is over.</exception>
    public byte[] Derive(int power, byte[] salt, ReadOnlySpan<byte> password)
    {
        var text = Encoding.UTF8.GetString(password);
        var id = (Convert.ToHexString(salt), power, text);
        if (_keys.TryGetValue(id, out var key))
            return key;
        key = Derive(power, salt, Encoding.Unicode.GetBytes(text));
        if (_keys.Count < MaxKept)
            _keys.Add(id, key);
        return key;
    }

    private byte[] Derive(int power, byte[] salt, byte[] password)
    {
        if (power == 0x3F)
        {
            // No hash at all: salt and password themselves, cut to the key's length.
            var plain = new byte[32];
            var both = (byte[])[.. salt, .. password];
            both.AsSpan(0, Math.Min(32, both.Length)).CopyTo(plain);
            return plain;
        }

        if (power > SevenZipFormat.MaxRoundsPower)
            throw new CodecException($"7z: the key takes 2^{power} rounds.", NotScannedReason.OverBudget);
        var round = (byte[])[.. salt, .. password, 0, 0, 0, 0, 0, 0, 0, 0];
        var rounds = 1L << power;
        var batch = new byte[round.Length * (int)Math.Min(Batch, rounds)];
        for (var at = 0; at < batch.Length; at += round.Length)
            round.CopyTo(batch, at);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var done = 0L; done < rounds;)
        {
            for (var at = round.Length - 8; at < batch.Length; at += round.Length)
                BinaryPrimitives.WriteInt64LittleEndian(batch.AsSpan(at), done++);
            hash.AppendData(batch);
            if (!budget.CheckTime())
                throw new CodecException("7z: the time was over before the key was made.", NotScannedReason.OverBudget, BudgetLimit.Time);
        }

        return hash.GetHashAndReset();
    }
}
