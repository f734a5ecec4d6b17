namespace Perisai.Engine.Tests.Containers.Ole2;

/// <summary>Writes streams of records as workbooks have them, and encrypts them after [MS-XLS] 2.2.10 and [MS-OFFCRYPTO] 2.3.5 and 2.3.6.</summary>
internal static class WorkbookBuilder
{
    public static byte[] Build(byte sheetType, byte[] content, byte[]? pass = null)
    {
        var bytes = new List<byte>();
        Record(0x809, [0, 6, 5, 0, .. new byte[12]]);
        if (pass is not null)
            Record(0x2F, pass);
        Record(0x85, [0, 1, 0, 0, 0, sheetType, 5, 0, .. "Sheet"u8]);
        Record(0x0A, []);
        Record(0x809, [0, 6, 0x10, 0, .. new byte[12]]);
        for (var at = 0; at < content.Length; at += 700)
            Record(0x204, content[at..Math.Min(content.Length, at + 700)]);
        Record(0x0A, []);
        return [.. bytes];

        void Record(ushort kind, byte[] value)
        {
            bytes.AddRange(BitConverter.GetBytes(kind));
            bytes.AddRange(BitConverter.GetBytes((ushort)value.Length));
            bytes.AddRange(value);
        }
    }

    /// <summary>The same workbook plain and encrypted, with its FILEPASS record in both.</summary>
    public static (byte[] Plain, byte[] Encrypted) Encrypt(byte sheetType, byte[] content, string password, bool isCryptoApi)
    {
        var (keyOf, description) = OldEncryptionBuilder.Keys(password, isCryptoApi);
        byte[] pass = [1, 0, .. description];
        var plain = Build(sheetType, content, pass);
        var mask = Enumerable.Range(0, plain.Length / 1024 + 1).SelectMany(block => OldEncryptionBuilder.Rc4(keyOf(block), new byte[1024])).ToArray();
        var encrypted = plain.ToArray();
        for (var at = 0; at < plain.Length; at += 4 + BitConverter.ToUInt16(plain, at + 2))
        {
            var kind = BitConverter.ToUInt16(plain, at);
            var from = kind is 0x809 or 0x2F ? int.MaxValue : kind == 0x85 ? at + 8 : at + 4;
            for (var index = from; index < at + 4 + BitConverter.ToUInt16(plain, at + 2); index++)
                encrypted[index] ^= mask[index];
        }

        return (plain, encrypted);
    }

    /// <summary>The same workbook plain and obfuscated, with its FILEPASS record in both.</summary>
    public static (byte[] Plain, byte[] Encrypted) Obfuscate(byte sheetType, byte[] content, string password)
    {
        var (key, verifier, array) = OldEncryptionBuilder.Obfuscation(password, 2);
        var plain = Build(sheetType, content, [0, 0, .. BitConverter.GetBytes(key), .. BitConverter.GetBytes(verifier)]);
        var encrypted = plain.ToArray();
        for (var at = 0; at < plain.Length; at += 4 + BitConverter.ToUInt16(plain, at + 2))
        {
            var kind = BitConverter.ToUInt16(plain, at);
            var length = BitConverter.ToUInt16(plain, at + 2);
            for (var index = kind is 0x809 or 0x2F ? length : kind == 0x85 ? 4 : 0; index < length; index++)
                encrypted[at + 4 + index] = byte.RotateRight((byte)(plain[at + 4 + index] ^ array[(at + 4 + index + length) % 16]), 3);
        }

        return (plain, encrypted);
    }
}
