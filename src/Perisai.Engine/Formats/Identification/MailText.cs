using System.Text;

namespace Perisai.Engine.Formats.Identification;

/// <summary>Tells mail messages and mailboxes by their header fields (RFC 5322), also behind lines that do not belong there.</summary>
internal static class MailText
{
    /// <summary>Header lines looked at.</summary>
    private const int MaximumLines = 100;

    /// <summary>Where the first field of a message behind foreign lines may begin, as in ClamAV.</summary>
    private const int JunkRange = 2048;

    /// <summary>Fields, in the order of their bits in <see cref="Fields"/>.</summary>
    private static readonly string[] Names =
    [
        "from", "received", "mime-version", "message-id", "content-type", "return-path", "delivered-to", "to", "subject", "date", "cc",
        "reply-to", "sender", "envelope-to", "delivery-date", "content-transfer-encoding", "content-disposition", "dkim-signature",
        "x-mailer", "x-original-to", "x-real-to", "x-envelope-from", "x-apparently-to", "x-uidl", "x-sieve", "received-spf",
        "authentication-results", "in-reply-to", "references", "apparently-to", "errors-to", "list-unsubscribe", "x-evs", "newsgroups",
        "resent-from", "resent-to", "x-originating-ip", "x-priority", "user-agent", "bcc", "arc-seal", "x-spam-status",
    ];

    [Flags]
    private enum Fields : ulong
    {
        None = 0,
        From = 1,
        Received = 2,
        MimeVersion = 4,
        MessageIdentifier = 8,
        ContentType = 16,
        ReturnPath = 32,
        DeliveredTo = 64,
        To = 128,
        Subject = 256,

        /// <summary>Only mail transport writes these, so that one is enough.</summary>
        Transport = Received | MessageIdentifier | ReturnPath | DeliveredTo,

        /// <summary>One of them is enough where it stands first and the header ends as it should.</summary>
        Opening = Transport | From | To | Subject | MimeVersion,
    }

    /// <summary>Mail or Mbox where the text begins with a header; else Unknown.</summary>
    public static FileType FindAtStart(ReadOnlySpan<byte> text)
    {
        // Empty lines before the header do no harm to mail programs.
        text = text.TrimStart("\r\n"u8);
        if (text.Length < 8)
            return FileType.Unknown;
        var isQuoted = text[0] == '>';
        if (text[(isQuoted ? 1 : 0)..].StartsWith("From "u8))
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            var header = end < 0 ? default : text[(end + 1)..];
            return (HasTime(line) || ReadHeader(header, out _, out _) != Fields.None) && ReadFieldName(header).Length > 0
                ? isQuoted ? FileType.Mail : FileType.Mbox
                : FileType.Unknown;
        }

        var fields = ReadHeader(text, out var first, out var isComplete);
        if (fields == Fields.None)
            return FileType.Unknown;
        var count = System.Numerics.BitOperations.PopCount((ulong)fields);
        if ((first & Fields.Transport) != 0 || first != Fields.None && count >= 2 || (first & Fields.Opening) != 0 && isComplete)
            return FileType.Mail;
        return count >= 3 || count == 2 && (fields & (Fields.From | Fields.Received | Fields.MimeVersion)) != 0
            ? FileType.Mail : FileType.Unknown;
    }

    /// <summary>Whether a header begins at some line of the first 2 KiB: two fields that belong together, in the order in which ClamAV wants them.</summary>
    public static bool ContainsHeader(ReadOnlySpan<byte> text)
    {
        var seen = Fields.None;
        var limit = text.Length;
        for (var at = 0; at < limit;)
        {
            var line = text[at..];
            if ((line[0] | 0x20) is 'f' or 'm' or 'c' or 'r' or 'd')
            {
                var field = Find(ReadFieldName(line));
                if (field == Fields.ContentType && (seen & (Fields.From | Fields.MimeVersion | Fields.MessageIdentifier | Fields.Received)) != 0
                    || field == Fields.MimeVersion && (seen & Fields.From) != 0
                    || field == Fields.Received && (seen & Fields.DeliveredTo) != 0)
                    return true;
                if (at < JunkRange)
                    seen |= field;
            }

            if (at >= JunkRange && seen == Fields.None)
                return false;
            var end = line.IndexOf((byte)'\n');
            if (end < 0)
                return false;
            at += end + 1;
        }

        return false;
    }

    /// <summary>Known fields of the header that begins here, up to its empty line or to what is no header line.</summary>
    private static Fields ReadHeader(ReadOnlySpan<byte> text, out Fields first, out bool isComplete)
    {
        first = Fields.None;
        isComplete = false;
        var fields = Fields.None;
        for (var lines = 0; lines < MaximumLines && !text.IsEmpty; lines++)
        {
            if (text[0] is (byte)'\r' or (byte)'\n')
            {
                isComplete = lines > 0;
                break;
            }

            if (text[0] is not ((byte)' ' or (byte)'\t') || lines == 0)
            {
                var name = ReadFieldName(text);
                if (name.IsEmpty)
                    break;
                var field = Find(name);
                if (lines == 0)
                    first = field;
                fields |= field;
            }

            var end = text.IndexOf((byte)'\n');
            if (end < 0)
            {
                isComplete = true;
                break;
            }

            text = text[(end + 1)..];
        }

        return fields;
    }

    /// <summary>The printable characters before a colon; empty where the line is no field.</summary>
    private static ReadOnlySpan<byte> ReadFieldName(ReadOnlySpan<byte> line)
    {
        for (var i = 0; i < line.Length && i < 76; i++)
        {
            if (line[i] == ':')
                return line[..i];
            if (line[i] is <= 32 or >= 127)
                break;
        }

        return default;
    }

    private static Fields Find(ReadOnlySpan<byte> name)
    {
        if (name.Length is < 2 or > 25)
            return Fields.None;
        for (var i = 0; i < Names.Length; i++)
        {
            if (Names[i].Length == name.Length && Ascii.EqualsIgnoreCase(name, Names[i]))
                return (Fields)(1UL << i);
        }

        return Fields.None;
    }

    /// <summary>Hours and minutes, which the separator line of a mailbox ends with.</summary>
    private static bool HasTime(ReadOnlySpan<byte> line)
    {
        for (var i = 5; i + 3 < line.Length; i++)
        {
            if (line[i] == ':' && char.IsAsciiDigit((char)line[i - 1]) && char.IsAsciiDigit((char)line[i + 1]) && char.IsAsciiDigit((char)line[i + 2]))
                return true;
        }

        return false;
    }
}
