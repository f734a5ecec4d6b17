using System.Security.Cryptography;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Ole2;

/// <summary>Encrypts documents of Word and PowerPoint as Office 97 to 2003 did, after [MS-OFFCRYPTO] 2.3.5 to 2.3.7, [MS-DOC] 2.2.6 and [MS-PPT] 2.3.</summary>
internal static class OldEncryptionBuilder
{
    /// <summary>The keys of blocks, and the description of the encryption from its version on.</summary>
    public static (Func<int, byte[]> KeyOf, byte[] Description) Keys(string password, bool isCryptoApi)
    {
        byte[] salt = Random(1, 16), verifier = Random(2, 16), text = Encoding.Unicode.GetBytes(password);
        if (!isCryptoApi)
        {
            var first = MD5.HashData(text)[..5];
            var intermediate = MD5.HashData(Enumerable.Range(0, 16).SelectMany(_ => first.Concat(salt)).ToArray())[..5];
            byte[] OfBlock(int block) => MD5.HashData([.. intermediate, .. BitConverter.GetBytes(block)]);
            return (OfBlock, [1, 0, 1, 0, .. salt, .. Rc4(OfBlock(0), [.. verifier, .. MD5.HashData(verifier)])]);
        }

        var hash = SHA1.HashData([.. salt, .. text]);
        byte[] KeyOf(int block) => SHA1.HashData([.. hash, .. BitConverter.GetBytes(block)])[..16];
        var check = Rc4(KeyOf(0), [.. verifier, .. SHA1.HashData(verifier)]);
        byte[] header = [4, 0, 0, 0, 0, 0, 0, 0, 1, 0x68, 0, 0, 4, 0x80, 0, 0, 128, 0, 0, 0, 1, 0, 0, 0, .. new byte[8], 0, 0];
        return (KeyOf, [2, 0, 2, 0, 4, 0, 0, 0, .. BitConverter.GetBytes(header.Length), .. header,
            16, 0, 0, 0, .. salt, .. check[..16], 20, 0, 0, 0, .. check[16..]]);
    }

    /// <summary>Key, verifier and bytes of the obfuscation by XOR.</summary>
    public static (ushort Key, ushort Verifier, byte[] Array) Obfuscation(string password, int rotation)
    {
        var characters = Encoding.ASCII.GetBytes(password);
        byte[] padding = [0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80, 0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00, 0x00];
        var key = Perisai.Engine.Containers.Ole2.Encryption.Obfuscation.KeyOf(characters);
        var array = characters.Concat(padding).Take(16).Select((value, index) => byte.RotateLeft((byte)(value ^ key >> 8 * (index % 2)), rotation)).ToArray();
        return (key, Perisai.Engine.Containers.Ole2.Encryption.Obfuscation.VerifierOf(characters), array);
    }

    /// <summary>A document of Word with a text, a table and data, as streams by their names: plain, and encrypted after <paramref name="kind"/>: xor, rc4, api.</summary>
    public static (Dictionary<string, byte[]> Plain, Dictionary<string, byte[]> Encrypted) Word(string kind, byte[] content, string password)
    {
        byte[] header = [0xEC, 0xA5, 0xC1, 0, 0, 0, 9, 4, 0, 0, 0, kind == "xor" ? (byte)0x83 : (byte)3, 0xBF, 0, .. new byte[54]];
        var (keyOf, description) = Keys(password, kind == "api");
        var (key, verifier, array) = Obfuscation(password, 7);
        BitConverter.TryWriteBytes(header.AsSpan(14), kind == "xor" ? key << 16 | verifier : description.Length);
        byte[] text = [.. header, .. content], table = [.. kind == "xor" ? [] : description, .. content.Reverse()], data = [.. content, .. content];
        var plain = new Dictionary<string, byte[]> { ["WordDocument"] = text, ["1Table"] = table, ["Data"] = data };
        return (plain, plain.ToDictionary(stream => stream.Key, stream => Encrypt(
            stream.Value, stream.Key == "WordDocument" ? 68 : stream.Key == "1Table" && kind != "xor" ? description.Length : 0)));

        byte[] Encrypt(byte[] bytes, int plainLength)
        {
            var mask = kind == "xor" ? [] : Enumerable.Range(0, bytes.Length / 512 + 1).SelectMany(block => Rc4(keyOf(block), new byte[512])).ToArray();
            return [.. bytes.Select((value, index) => index < plainLength ? value : kind != "xor" ? (byte)(value ^ mask[index])
                : value == 0 || value == array[index % 16] ? value : (byte)(value ^ array[index % 16]))];
        }
    }

    /// <summary>A presentation with an embedded object, a picture and properties, as streams by their names, plain and encrypted.</summary>
    public static (Dictionary<string, byte[]> Plain, Dictionary<string, byte[]> Encrypted) Presentation(byte[] content, string password)
    {
        var (keyOf, description) = Keys(password, isCryptoApi: true);
        byte[][] objects = [Record(15, 0x03E8, Record(0, 0x0FC1, Random(5, 40))), Record(0, 0x1011, content), Record(15, 0x2F14, description)];
        List<byte> plain = [], encrypted = [];
        var directory = new List<byte>(BitConverter.GetBytes(3 << 20 | 1));
        for (var index = 0; index < objects.Length; index++)
        {
            directory.AddRange(BitConverter.GetBytes(plain.Count));
            plain.AddRange(objects[index]);
            encrypted.AddRange(index == 2 ? objects[index] : Rc4(keyOf(index + 1), objects[index]));
        }

        var atom = Record(0, 0x1772, [.. directory]);
        var edit = Record(0, 0x0FF5, [0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, .. BitConverter.GetBytes(plain.Count), 1, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0]);
        byte[] user = Record(0, 0x0FF6, [20, 0, 0, 0, 0xDF, 0xC4, 0xD1, 0xF3, .. BitConverter.GetBytes(plain.Count + atom.Length), 0, 0, 0xF4, 3, 3, 0, 0, 0, 8, 0, 0, 0]);
        byte[][] picture = [Header(0x6E0, 0xF01E, 17 + content.Length), Random(7, 16), [0xFF], content];
        byte[] properties = Random(8, 60), list = [1, 0, 0, 0, 8, 0, 0, 0, 60, 0, 0, 0, 1, 0, 8, 1, 0, 0, 0, 0, .. Encoding.Unicode.GetBytes("\u0005Summary\0")];
        byte[] place = [68, 0, 0, 0, (byte)list.Length, 0, 0, 0];
        return (
            new() { ["Current User"] = user, ["PowerPoint Document"] = [.. plain, .. atom, .. edit], ["Pictures"] = [.. picture.SelectMany(part => part)], ["[5]Summary"] = properties },
            new()
            {
                ["Current User"] = user,
                ["PowerPoint Document"] = [.. encrypted, .. atom, .. edit],
                ["Pictures"] = [.. picture.SelectMany(part => Rc4(keyOf(0), part))],
                ["EncryptedSummary"] = [.. Rc4(keyOf(0), place), .. Rc4(keyOf(1), properties), .. Rc4(keyOf(0), list)],
            });

        static byte[] Header(int version, int type, int length) =>
            [.. BitConverter.GetBytes((ushort)(version << 4)), .. BitConverter.GetBytes((ushort)type), .. BitConverter.GetBytes(length)];
        static byte[] Record(int version, int type, byte[] bytes) =>
            [.. BitConverter.GetBytes((ushort)version), .. BitConverter.GetBytes((ushort)type), .. BitConverter.GetBytes(bytes.Length), .. bytes];
    }

    public static byte[] File(Dictionary<string, byte[]> streams)
    {
        var builder = new Ole2Builder();
        foreach (var (name, content) in streams)
            builder.Add(name, content);
        return builder.ToArray();
    }

    public static byte[] Rc4(byte[] key, byte[] bytes)
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

    private static byte[] Random(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
