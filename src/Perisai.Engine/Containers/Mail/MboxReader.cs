namespace Perisai.Engine.Containers.Mail;

/// <summary>
/// Reads mailboxes: messages behind one another, each behind a line that begins with <c>From </c> (RFC 4155 and what came before it).
/// Each message is a member.
/// </summary>
internal sealed class MboxReader : IContainerReader
{
    /// <summary>Lines before the first message.</summary>
    private const int LongestSeparator = 1024;

    public static readonly MboxReader Instance = new();

    public string Name => "mbox";

    public FormatDescription Description { get; } = new(
        "Mailbox (mbox)",
        "every message, with quoted lines undone",
        "RFC 4155");

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var at = FindNext(reader, 0);
        if (at < 0)
        {
            sink.AddFault(MailFaults.NoMessage, 0);
            sink.AddSlice(new Member("message-1") { DeclaredType = FileType.Mail }, source, 0, source.Length);
            return;
        }

        for (var number = 1; at >= 0 && !sink.ShouldStop; number++)
        {
            var lineEnd = reader.IndexOf("\n"u8, at);
            var start = lineEnd < 0 ? source.Length : lineEnd + 1;
            at = FindNext(reader, start);
            var end = at < 0 ? source.Length : at;
            if (end > start && !sink.AddSlice(new Member($"message-{number}") { DeclaredType = FileType.Mail }, source, start, end - start))
                return;
        }
    }

    /// <summary>The next separator at or after a line's start; -1 where there is none.</summary>
    private static long FindNext(BoundedReader reader, long from)
    {
        reader.Position = from;
        if (reader.Peek(5).StartsWith("From "u8) && IsSeparator(reader, from, hasEmptyLine: true))
            return from;
        // Line ends before the first message do no harm.
        for (var at = Math.Max(0, from - 1); (at = reader.IndexOf("\nFrom "u8, at)) >= 0; at++)
        {
            reader.Position = Math.Max(0, at - 2);
            var before = reader.Peek(2);
            var hasEmptyLine = at < 2 || before is [_, (byte)'\n', ..] or [(byte)'\n', (byte)'\r', ..];
            if (IsSeparator(reader, at + 1, hasEmptyLine))
                return at + 1;
        }

        return -1;
    }

    /// <summary>
    /// Whether a line that begins with <c>From </c> separates messages. Text may begin a line so as well: two of three must speak for it, an
    /// empty line before it, a time in it, a field behind it.
    /// </summary>
    private static bool IsSeparator(BoundedReader reader, long at, bool hasEmptyLine)
    {
        reader.Position = at;
        var text = reader.Peek(2 * LongestSeparator);
        var end = text[..Math.Min(text.Length, LongestSeparator)].IndexOf((byte)'\n');
        var line = end < 0 ? text[..Math.Min(text.Length, LongestSeparator)] : text[..end];
        var next = end < 0 ? default : text[(end + 1)..];
        end = next.IndexOf((byte)'\n');
        next = end < 0 ? next : next[..end];
        var reasons = (hasEmptyLine ? 1 : 0) + (HasTime(line) ? 1 : 0);
        return reasons == 2 || reasons == 1 && MailHeader.TryReadName(next, out _, out _);
    }

    private static bool HasTime(ReadOnlySpan<byte> line)
    {
        for (int colon; (colon = line.IndexOf((byte)':')) >= 0; line = line[(colon + 1)..])
        {
            if (colon > 0 && colon + 2 < line.Length && char.IsAsciiDigit((char)line[colon - 1]) && char.IsAsciiDigit((char)line[colon + 1])
                && char.IsAsciiDigit((char)line[colon + 2]))
                return true;
        }

        return false;
    }
}
