using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// The marks by which ClamAV takes a text for a page, measured with clamscan 1.4.6: within the first 1,024 bytes of any data, also as UTF-16,
/// or anywhere
/// in a text. A declaration of the document type is none of them.
/// </summary>
internal static class PageMarks
{
    private const int BlockLength = 64 << 10;

    /// <summary>Longer than any mark.</summary>
    private const int Overlap = 8;

    /// <summary>
    /// Whether the first bytes show a page, and whether it is written in UTF-16 with the low byte first, in which case it is narrowed.
    /// </summary>
    public static bool AreInHead(ReadOnlySpan<byte> head, out bool isWide)
    {
        isWide = false;
        head = head[..Math.Min(head.Length, TextSample.Length)];
        var inAnchor = false;
        if (Find(head, ref inAnchor))
            return true;
        Span<byte> narrow = stackalloc byte[TextSample.Length / 2];
        var bigEndian = head is [0xFE, 0xFF, ..];
        if (head.IndexOf((byte)0) < 0)
            return false;
        var count = head.Length / 2;
        for (var i = 0; i < count; i++)
        {
            var unit = head[(2 * i)..];
            narrow[i] = NarrowedText.Narrow(
                bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(unit) : BinaryPrimitives.ReadUInt16LittleEndian(unit));
        }

        inAnchor = false;
        isWide = !bigEndian;
        return Find(narrow[..count], ref inAnchor);
    }

    /// <summary>Whether a mark is anywhere in a source.</summary>
    public static bool AreIn(ByteSource source, ScanBudget budget)
    {
        var inAnchor = false;
        if (source.TryGetMemory(out var memory))
            return Find(memory.Span, ref inAnchor);
        var block = new byte[BlockLength];
        for (long at = 0; at < source.Length; at += BlockLength - Overlap)
        {
            var count = source.Read(at, block);
            if (Find(block.AsSpan(0, count), ref inAnchor))
                return true;
            if (count < BlockLength || !budget.ChargeRead(count))
                return false;
        }

        return false;
    }

    /// <param name="text">The text.</param>
    /// <param name="inAnchor">Whether an anchor was opened before; its reference may be any distance away.</param>
    private static bool Find(ReadOnlySpan<byte> text, ref bool inAnchor)
    {
        var anchor = inAnchor ? 0 : -1;
        for (var at = 0; text[at..].IndexOf((byte)'<') is var found && found >= 0;)
        {
            at += found + 1;
            if (IsMark(text[at..]))
                return true;
            if (anchor < 0 && text.Length > at + 1 && (text[at] | 0x20) == 'a' && text[at + 1] == ' ')
                anchor = at + 2;
        }

        inAnchor = anchor >= 0;
        return inAnchor && HasReference(text[anchor..]);
    }

    /// <summary>Names in lower case, in capitals and with a capital, but not in every mixture.</summary>
    private static bool IsMark(ReadOnlySpan<byte> rest) => rest is not [] && rest[0] switch
    {
        (byte)'h' => rest.StartsWith("html>"u8) || rest.StartsWith("head>"u8),
        (byte)'H' => rest.StartsWith("HTML>"u8) || rest.StartsWith("Html>"u8) || rest.StartsWith("HEAD>"u8) || rest.StartsWith("Head>"u8),
        (byte)'i' => rest.StartsWith("img"u8) || rest.StartsWith("iframe"u8),
        (byte)'I' => rest.StartsWith("IMG"u8) || rest.StartsWith("Img"u8) || rest.StartsWith("IFRAME"u8),
        (byte)'o' => rest.StartsWith("object"u8),
        (byte)'O' => rest.StartsWith("OBJECT"u8) || rest.StartsWith("Object"u8),
        (byte)'s' => rest.StartsWith("script"u8),
        (byte)'S' => rest.StartsWith("SCRIPT"u8) || rest.StartsWith("Script"u8),
        (byte)'t' => rest.StartsWith("table"u8),
        (byte)'T' => rest.StartsWith("TABLE"u8),
        _ => false,
    };

    private static bool HasReference(ReadOnlySpan<byte> text)
    {
        while (text.IndexOfAny((byte)'h', (byte)'H') is var at && at >= 0 && at + 4 <= text.Length)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(text.Slice(at, 4), "href"u8))
                return true;
            text = text[(at + 1)..];
        }

        return false;
    }
}
