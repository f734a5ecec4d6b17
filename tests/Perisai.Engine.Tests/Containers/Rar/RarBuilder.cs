using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Rar;

/// <summary>Writes archives of stored files in both formats, by the format notes.</summary>
internal static class RarBuilder
{
    public static byte[] Build4(params (string Name, byte[] Content)[] files) => Build4(0, 0, files);

    /// <summary>RAR 2.9 to 4.</summary>
    public static byte[] Build4(ushort archiveFlags, ushort fileFlags, params (string Name, byte[] Content)[] files)
    {
        var bytes = new List<byte>("Rar!\u001a\u0007\0"u8.ToArray());
        bytes.AddRange(Block4(0x73, archiveFlags, new byte[6]));
        foreach (var (name, content) in files)
        {
            var encoded = Encoding.UTF8.GetBytes(name);
            var fields = new byte[25 + encoded.Length];
            BinaryPrimitives.WriteInt32LittleEndian(fields, content.Length);
            BinaryPrimitives.WriteInt32LittleEndian(fields.AsSpan(4), content.Length);
            fields[8] = 3;
            BinaryPrimitives.WriteUInt32LittleEndian(fields.AsSpan(9), Crc32.HashToUInt32(content));
            fields[17] = 29;
            fields[18] = 0x30;
            BinaryPrimitives.WriteInt16LittleEndian(fields.AsSpan(19), (short)encoded.Length);
            encoded.CopyTo(fields, 25);
            bytes.AddRange(Block4(0x74, (ushort)(0x8000 | fileFlags), fields));
            bytes.AddRange(content);
        }

        bytes.AddRange(Block4(0x7B, 0x4000, []));
        return [.. bytes];
    }

    public static byte[] Build5(params (string Name, byte[] Content)[] files) => Build5(null, files);

    /// <summary>RAR 5; encrypted where there is a password.</summary>
    public static byte[] Build5(string? password, params (string Name, byte[] Content)[] files)
    {
        var bytes = new List<byte>("Rar!\u001a\u0007\u0001\0"u8.ToArray());
        bytes.AddRange(Block5([1, 0, 0]));
        foreach (var (name, content) in files)
        {
            var encoded = Encoding.UTF8.GetBytes(name);
            var data = content;
            byte[] extra = [];
            if (password is not null)
                (data, extra) = Encrypt5(content, password);
            byte[] header =
            [
                2, (byte)(password is null ? 2 : 3), .. password is null ? [] : Number(extra.Length), .. Number(data.Length),
                4, .. Number(content.Length), 0, .. BitConverter.GetBytes(Crc32.HashToUInt32(content)), 0, 1, .. Number(encoded.Length), .. encoded, .. extra,
            ];
            bytes.AddRange(Block5(header));
            bytes.AddRange(data);
        }

        bytes.AddRange(Block5([5, 0, 0]));
        return [.. bytes];
    }

    private static byte[] Block4(byte kind, ushort flags, byte[] fields)
    {
        var block = new byte[7 + fields.Length];
        block[2] = kind;
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(3), flags);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(5), (ushort)block.Length);
        fields.CopyTo(block, 7);
        BinaryPrimitives.WriteUInt16LittleEndian(block, (ushort)Crc32.HashToUInt32(block.AsSpan(2)));
        return block;
    }

    private static byte[] Block5(byte[] header)
    {
        byte[] sized = [.. Number(header.Length), .. header];
        return [.. BitConverter.GetBytes(Crc32.HashToUInt32(sized)), .. sized];
    }

    private static (byte[] Data, byte[] Extra) Encrypt5(byte[] content, string password)
    {
        const int Power = 4;
        var salt = RandomNumberGenerator.GetBytes(16);
        var vector = RandomNumberGenerator.GetBytes(16);
        var key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, 1 << Power, HashAlgorithmName.SHA256, 32);
        var proof = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, (1 << Power) + 32, HashAlgorithmName.SHA256, 32);
        var check = new byte[8];
        for (var index = 0; index < 32; index++)
            check[index % 8] ^= proof[index];
        using var aes = Aes.Create();
        aes.Key = key;
        var padded = new byte[(content.Length + 15) / 16 * 16];
        content.CopyTo(padded, 0);
        byte[] record = [1, 0, 1, Power, .. salt, .. vector, .. check, .. SHA256.HashData(check).AsSpan(0, 4)];
        return (aes.EncryptCbc(padded, vector, PaddingMode.None), [.. Number(record.Length), .. record]);
    }

    private static byte[] Number(long value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
