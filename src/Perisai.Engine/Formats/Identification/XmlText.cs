namespace Perisai.Engine.Formats.Identification;

/// <summary>Tells XML that an office program or a reader opens for a document, whatever else is in it.</summary>
internal static class XmlText
{
    /// <summary>Whether the first element is that of a document that holds objects. Instructions and comments may stand before it.</summary>
    public static bool StartsOfficeDocument(ReadOnlySpan<byte> text)
    {
        while (text.StartsWith("<?"u8) || text.StartsWith("<!--"u8))
        {
            var end = text[1] == '?' ? text.IndexOf("?>"u8) : text.IndexOf("-->"u8);
            if (end < 0)
                return false;
            text = text[(end + 2)..].TrimStart("> \t\r\n"u8);
        }

        if (text.IsEmpty || text[0] != '<')
            return false;
        var length = text[1..].IndexOfAny(" \t\r\n>"u8);
        if (length < 0)
            return false;
        var name = text.Slice(1, length);
        return name[(name.LastIndexOf((byte)':') + 1)..] switch
        {
            var local when local.SequenceEqual("wordDocument"u8) => true,
            var local when local.SequenceEqual("xdp"u8) => true,
            var local when local.SequenceEqual("HWPML"u8) => true,
            var local when local.SequenceEqual("FictionBook"u8) => true,
            var local when local.SequenceEqual("package"u8) => name.StartsWith("pkg:"u8),
            var local when local.SequenceEqual("document"u8) => name.StartsWith("office:"u8),
            var local when local.SequenceEqual("Workbook"u8) => true,
            _ => false,
        };
    }
}
