namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>
/// The obfuscation of Office 95 by XOR, which Office 97 still writes ([MS-OFFCRYPTO] 2.3.7): of a password of up to 15 characters come a key and a
/// verifier of 16 bits each, and 16 bytes that go over the content again and again. How far those are rotated differs between programs, which the
/// specification does not say: 2 bits in Excel, 7 in Word.
/// </summary>
internal static class Obfuscation
{
    public const int Length = 16;
    public const int WordRotation = 7;
    public const int WorkbookRotation = 2;

    private const int MaxPassword = 15;
    private const ushort VerifierMask = 0xCE4B;

    /// <summary>What fills the bytes up behind the password.</summary>
    private static ReadOnlySpan<byte> Padding => [0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80, 0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00, 0x00];

    /// <summary>What the key begins with, by the password's length.</summary>
    private static ReadOnlySpan<ushort> InitialKeys =>
    [
        0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E, 0x1872, 0xE139, 0xD40F, 0x84F9, 0x280C, 0xA96A, 0x4EC3,
    ];

    /// <summary>What each of the seven bits of a character changes in the key, by its place counted from the last.</summary>
    private static ReadOnlySpan<ushort> KeyBits =>
    [
        0xAEFC, 0x4DD9, 0x9BB2, 0x2745, 0x4E8A, 0x9D14, 0x2A09, 0x7B61, 0xF6C2, 0xFDA5, 0xEB6B, 0xC6F7, 0x9DCF, 0x2BBF,
        0x4563, 0x8AC6, 0x05AD, 0x0B5A, 0x16B4, 0x2D68, 0x5AD0, 0x0375, 0x06EA, 0x0DD4, 0x1BA8, 0x3750, 0x6EA0, 0xDD40,
        0xD849, 0xA0B3, 0x5147, 0xA28E, 0x553D, 0xAA7A, 0x44D5, 0x6F45, 0xDE8A, 0xAD35, 0x4A4B, 0x9496, 0x390D, 0x721A,
        0xEB23, 0xC667, 0x9CEF, 0x29FF, 0x53FE, 0xA7FC, 0x5FD9, 0x47D3, 0x8FA6, 0x0F6D, 0x1EDA, 0x3DB4, 0x7B68, 0xF6D0,
        0xB861, 0x60E3, 0xC1C6, 0x93AD, 0x377B, 0x6EF6, 0xDDEC, 0x45A0, 0x8B40, 0x06A1, 0x0D42, 0x1A84, 0x3508, 0x6A10,
        0xAA51, 0x4483, 0x8906, 0x022D, 0x045A, 0x08B4, 0x1168, 0x76B4, 0xED68, 0xCAF1, 0x85C3, 0x1BA7, 0x374E, 0x6E9C,
        0x3730, 0x6E60, 0xDCC0, 0xA9A1, 0x4363, 0x86C6, 0x1DAD, 0x3331, 0x6662, 0xCCC4, 0x89A9, 0x0373, 0x06E6, 0x0DCC,
        0x1021, 0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48C4,
    ];

    /// <summary>The bytes of the first password that has the key and the verifier; null where none has.</summary>
    public static byte[]? Find(ushort key, ushort verifier, int rotation, IMemberSink sink)
    {
        foreach (var password in OfficePasswords.Of(sink))
        {
            var characters = Narrow(password);
            if (characters.Length > 0 && KeyOf(characters) == key && VerifierOf(characters) == verifier)
                return ArrayOf(characters, rotation);
        }

        return null;
    }

    public static ushort KeyOf(ReadOnlySpan<byte> password)
    {
        var key = InitialKeys[password.Length - 1];
        var at = KeyBits.Length - 1;
        for (var index = password.Length - 1; index >= 0; index--)
        {
            for (var bit = 6; bit >= 0; bit--, at--)
            {
                if ((password[index] >> bit & 1) != 0)
                    key ^= KeyBits[at];
            }
        }

        return key;
    }

    public static ushort VerifierOf(ReadOnlySpan<byte> password)
    {
        var verifier = 0;
        for (var index = password.Length - 1; index >= -1; index--)
        {
            verifier = (verifier << 1 & 0x7FFF) | verifier >> 14 & 1;
            verifier ^= index < 0 ? password.Length : password[index];
        }

        return (ushort)(verifier ^ VerifierMask);
    }

    /// <summary>A password in UTF-16 as one byte a character: the lower one where it is not zero.</summary>
    public static byte[] Narrow(ReadOnlySpan<byte> password)
    {
        var characters = new byte[Math.Min(MaxPassword, password.Length / 2)];
        for (var index = 0; index < characters.Length; index++)
            characters[index] = password[2 * index] != 0 ? password[2 * index] : password[2 * index + 1];
        return characters;
    }

    private static byte[] ArrayOf(ReadOnlySpan<byte> password, int rotation)
    {
        var bytes = new byte[Length];
        password.CopyTo(bytes);
        Padding[..(Length - password.Length)].CopyTo(bytes.AsSpan(password.Length));
        var key = KeyOf(password);
        for (var index = 0; index < Length; index++)
        {
            bytes[index] ^= (byte)(index % 2 == 0 ? key : key >> 8);
            bytes[index] = (byte)(bytes[index] << rotation | bytes[index] >> 8 - rotation);
        }

        return bytes;
    }
}
