using System.Text;

namespace Perisai.Engine.Containers.Pdf;

/// <summary>Text strings (ISO 32000-1, 7.9.2.2): UTF-16 with a mark, UTF-8 with a mark, or one byte a character.</summary>
internal static class PdfText
{
    /// <summary>The text in UTF-8 where it was in UTF-16, so that it is matched as other text is; otherwise as it stands.</summary>
    public static byte[] ToUtf8(byte[] text)
    {
        if (text.AsSpan().StartsWith([(byte)0xFE, (byte)0xFF]))
            return Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(text, 2, text.Length - 2));
        if (text.AsSpan().StartsWith([(byte)0xFF, (byte)0xFE]))
            return Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(text, 2, text.Length - 2));
        return text.AsSpan().StartsWith([(byte)0xEF, (byte)0xBB, (byte)0xBF]) ? text[3..] : text;
    }
}
