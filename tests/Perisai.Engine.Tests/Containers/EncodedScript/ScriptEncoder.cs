using System.Buffers.Binary;
using Perisai.Engine.Containers.EncodedScript;

namespace Perisai.Engine.Tests.Containers.EncodedScript;

/// <summary>Writes scripts as Microsoft's Script Encoder does.</summary>
internal static class ScriptEncoder
{
    /// <param name="script">Characters below 128.</param>
    public static byte[] Encode(ReadOnlySpan<byte> script)
    {
        var encoded = new List<byte>();
        uint sum = 0;
        for (var index = 0; index < script.Length; index++)
        {
            sum += script[index];
            encoded.AddRange(script[index] switch
            {
                (byte)'<' => "@!"u8.ToArray(),
                (byte)'>' => "@*"u8.ToArray(),
                (byte)'@' => "@$"u8.ToArray(),
                (byte)'\r' => "@#"u8.ToArray(),
                (byte)'\n' => "@&"u8.ToArray(),
                var character => [Substitute(character, index)],
            });
        }

        return [.. "#@~^"u8, .. Number((uint)encoded.Count), .. encoded, .. Number(sum), .. "^#~@"u8];
    }

    private static byte Substitute(byte character, int step)
    {
        for (var value = 0; value < 128; value++)
        {
            if (value is not ((byte)'<' or (byte)'>' or (byte)'@' or (byte)'\r' or (byte)'\n') && ScriptAlphabets.Decode((byte)value, step) == character)
                return (byte)value;
        }

        return character;
    }

    private static byte[] Number(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes));
    }
}
