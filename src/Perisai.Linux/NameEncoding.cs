using System.Text;

namespace Perisai.Linux;

/// <summary>
/// Names as strings without loss. Linux names are bytes, mostly UTF-8; a byte that is not part of valid UTF-8 becomes the lone surrogate
/// U+DC00 + byte, which UTF-8 itself cannot hold, and comes back from it (Python calls this surrogateescape, PEP 383).
/// </summary>
public static class NameEncoding
{
    private const int EscapeBase = 0xDC00;

    /// <summary>Whether a character stands for a byte that is not UTF-8. In a proper surrogate pair it does not: see <see cref="IsLossless"/>.</summary>
    public static bool IsEscape(char character) => character is >= (char)(EscapeBase + 0x80) and <= (char)(EscapeBase + 0xFF);

    /// <summary>The byte that an escape stands for.</summary>
    public static byte EscapedByte(char character) => (byte)(character - EscapeBase);

    /// <summary>Whether a name is ordinary text, without a byte that is not UTF-8.</summary>
    public static bool IsLossless(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[i + 1]))
                i++;
            else if (char.IsSurrogate(name[i]))
                return false;
        }

        return true;
    }

    /// <summary>The string of a name.</summary>
    public static string Decode(ReadOnlySpan<byte> name)
    {
        if (System.Text.Unicode.Utf8.IsValid(name))
            return Encoding.UTF8.GetString(name);
        var text = new StringBuilder(name.Length);
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(name, out var rune, out var consumed) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (var wrong in name[..consumed])
                    text.Append((char)(EscapeBase + wrong));
            }

            name = name[consumed..];
        }

        return text.ToString();
    }

    /// <summary>The bytes of a name, with a zero byte after them.</summary>
    public static byte[] EncodeTerminated(string name)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(name.Length) + 1];
        var count = Encode(name, bytes);
        return bytes.AsSpan(0, count + 1).ToArray();
    }

    /// <summary>The bytes of a name.</summary>
    public static byte[] Encode(string name)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(name.Length)];
        return bytes.AsSpan(0, Encode(name, bytes)).ToArray();
    }

    private static int Encode(string name, Span<byte> destination)
    {
        var count = 0;
        var from = 0;
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[i + 1]))
            {
                i++;
            }
            else if (IsEscape(name[i]))
            {
                count += Encoding.UTF8.GetBytes(name.AsSpan(from, i - from), destination[count..]);
                destination[count++] = EscapedByte(name[i]);
                from = i + 1;
            }
        }

        return count + Encoding.UTF8.GetBytes(name.AsSpan(from), destination[count..]);
    }
}
