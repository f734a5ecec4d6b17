using System.Security.Cryptography;
using System.Text;

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
        byte[] salt = Random(1), verifier = Random(2), text = Encoding.Unicode.GetBytes(password);
        Func<int, byte[]> keyOf;
        byte[] pass;
        if (isCryptoApi)
        {
            var hash = SHA1.HashData([.. salt, .. text]);
            keyOf = block => SHA1.HashData([.. hash, .. BitConverter.GetBytes(block)])[..16];
            var check = Rc4(keyOf(0), [.. verifier, .. SHA1.HashData(verifier)]);
            byte[] header = [4, 0, 0, 0, 0, 0, 0, 0, 1, 0x68, 0, 0, 4, 0x80, 0, 0, 128, 0, 0, 0, 1, 0, 0, 0, .. new byte[8], 0, 0];
            pass = [1, 0, 2, 0, 2, 0, 4, 0, 0, 0, .. BitConverter.GetBytes(header.Length), .. header, 16, 0, 0, 0, .. salt, .. check[..16], 20, 0, 0, 0, .. check[16..]];
        }
        else
        {
            var first = MD5.HashData(text)[..5];
            var hash = MD5.HashData(Enumerable.Range(0, 16).SelectMany(_ => first.Concat(salt)).ToArray())[..5];
            keyOf = block => MD5.HashData([.. hash, .. BitConverter.GetBytes(block)]);
            pass = [1, 0, 1, 0, 1, 0, .. salt, .. Rc4(keyOf(0), [.. verifier, .. MD5.HashData(verifier)])];
        }

        var plain = Build(sheetType, content, pass);
        var mask = Enumerable.Range(0, plain.Length / 1024 + 1).SelectMany(block => Rc4(keyOf(block), new byte[1024])).ToArray();
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

    private static byte[] Random(int seed)
    {
        var bytes = new byte[16];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Rc4(byte[] key, byte[] bytes)
    {
        var state = Enumerable.Range(0, 256).ToArray();
        for (int i = 0, j = 0; i < 256; i++)
        {
            j = (j + state[i] + key[i % key.Length]) % 256;
            (state[i], state[j]) = (state[j], state[i]);
        }

        var output = new byte[bytes.Length];
        for (int n = 0, i = 0, j = 0; n < bytes.Length; n++)
        {
            i = (i + 1) % 256;
            j = (j + state[i]) % 256;
            (state[i], state[j]) = (state[j], state[i]);
            output[n] = (byte)(bytes[n] ^ state[(state[i] + state[j]) % 256]);
        }

        return output;
    }
}
