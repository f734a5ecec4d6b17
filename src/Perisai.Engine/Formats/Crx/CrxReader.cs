using System.Security.Cryptography;

namespace Perisai.Engine.Formats.Crx;

/// <summary>
/// Reads the headers of Chrome extensions: version 2 with one key and signature, version 3 with a protocol buffer of them (Chromium,
/// components/crx_file/crx3.proto).
/// </summary>
internal static class CrxReader
{
    /// <summary>Bytes of a header; those of the web store have 600.</summary>
    private const int MaximumHeaderLength = 1 << 20;

    /// <summary>Signatures looked at; those of the web store are three.</summary>
    private const int MaximumProofs = 16;

    private const int IdentifierLength = 16;

    /// <summary>Null where the file is no such package.</summary>
    public static CrxPackage? Read(PagedReader reader)
    {
        Span<byte> magic = stackalloc byte[4];
        if (!reader.TryRead(0, magic) || !magic.SequenceEqual("Cr24"u8) || !reader.TryReadUInt32(4, out var version))
            return null;
        return version switch
        {
            2 => ReadSecond(reader),
            3 => ReadThird(reader),
            _ => null,
        };
    }

    /// <summary>Hexadecimal digits, but with the letters from a to p.</summary>
    public static byte[] Letters(ReadOnlySpan<byte> identifier)
    {
        var letters = new byte[identifier.Length * 2];
        for (var i = 0; i < letters.Length; i++)
            letters[i] = (byte)('a' + (i % 2 == 0 ? identifier[i / 2] >> 4 : identifier[i / 2] & 15));
        return letters;
    }

    private static CrxPackage? ReadSecond(PagedReader reader)
    {
        if (!reader.TryReadUInt32(8, out var keyLength) || !reader.TryReadUInt32(12, out var signatureLength)
            || keyLength > MaximumHeaderLength || signatureLength > MaximumHeaderLength || reader.Bytes(16, (int)keyLength) is not { } key
            || reader.Bytes(16 + keyLength, (int)signatureLength) is not { } signature)
            return null;
        return new CrxPackage(
            2, (long)keyLength + signatureLength, Letters(SHA256.HashData(key).AsSpan(0, IdentifierLength)), 16 + (long)keyLength + signatureLength, null,
            [new CrxProof(key, signature, IsEllipticCurve: false)]);
    }

    private static CrxPackage? ReadThird(PagedReader reader)
    {
        const int rsaField = 2;
        const int curveField = 3;
        const int signedField = 10_000;
        if (!reader.TryReadUInt32(8, out var length) || length > MaximumHeaderLength || reader.Bytes(12, (int)length) is not { } header)
            return null;
        byte[]? signed = null;
        var rsa = new List<CrxProof>();
        var curves = new List<CrxProof>();
        var fields = new ProtocolBuffer(header);
        while (fields.TryRead(out var field, out var value))
        {
            if (field == signedField)
                signed = value.ToArray();
            else if (field is rsaField or curveField && ReadProof(value, field == curveField) is { } proof && rsa.Count + curves.Count < MaximumProofs)
                (field == rsaField ? rsa : curves).Add(proof);
        }

        if (fields.IsMalformed || signed is null || ReadField(signed, 1, out var identifier))
            return null;
        return new CrxPackage(3, length, Letters(identifier), 12 + (long)length, signed, [.. rsa, .. curves]);
    }

    private static CrxProof? ReadProof(ReadOnlySpan<byte> message, bool isEllipticCurve)
    {
        byte[]? key = null;
        byte[]? signature = null;
        var fields = new ProtocolBuffer(message);
        while (fields.TryRead(out var field, out var value))
        {
            if (field == 1)
                key = value.ToArray();
            else if (field == 2)
                signature = value.ToArray();
        }

        return key is not null && signature is not null ? new CrxProof(key, signature, isEllipticCurve) : null;
    }

    /// <summary>The last value of a field, empty where there is none. True: the message makes no sense.</summary>
    private static bool ReadField(ReadOnlySpan<byte> message, int number, out ReadOnlySpan<byte> found)
    {
        found = default;
        var fields = new ProtocolBuffer(message);
        while (fields.TryRead(out var field, out var value))
        {
            if (field == number)
                found = value;
        }

        return fields.IsMalformed;
    }
}

/// <summary>A cursor over the fields of a protocol buffer that are bytes; others are passed over.</summary>
internal ref struct ProtocolBuffer(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public bool IsMalformed { get; private set; }

    public bool TryRead(out int field, out ReadOnlySpan<byte> value)
    {
        field = 0;
        value = default;
        while (_rest.Length > 0)
        {
            if (!TryReadNumber(out var tag))
                return Fail();
            field = (int)Math.Min(tag >> 3, int.MaxValue);
            var length = (tag & 7) switch { 1 => 8UL, 5 => 4UL, _ => 0UL };
            switch (tag & 7)
            {
                case 0 when TryReadNumber(out _):
                    continue;
                case 2 when TryReadNumber(out length) && length <= (ulong)_rest.Length:
                    value = _rest[..(int)length];
                    _rest = _rest[(int)length..];
                    return true;
                case 1 or 5 when length <= (ulong)_rest.Length:
                    _rest = _rest[(int)length..];
                    continue;
                default:
                    return Fail();
            }
        }

        return false;
    }

    private bool Fail()
    {
        IsMalformed = true;
        return false;
    }

    private bool TryReadNumber(out ulong number)
    {
        number = 0;
        for (var i = 0; i < Math.Min(10, _rest.Length); i++)
        {
            number |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if ((_rest[i] & 0x80) != 0)
                continue;
            _rest = _rest[(i + 1)..];
            return true;
        }

        return false;
    }
}
