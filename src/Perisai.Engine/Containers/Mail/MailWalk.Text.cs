using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Uuencode;
using Perisai.Engine.Formats;

namespace Perisai.Engine.Containers.Mail;

internal sealed partial class MailWalk
{
    /// <summary>How far before its content type the header of a mail within text may begin.</summary>
    private const int HeaderRange = 16 << 10;

    /// <summary>
    /// Looks through text as it stands (a body, a preamble) for blocks of encoded data and for a mail that was put into it whole, as
    /// programs do that return a mail to its sender.
    /// </summary>
    /// <param name="start">Where the text begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="isMember">Whether it was handed on, and is opened by its own reader where its type has one.</param>
    private void SearchText(long start, long end, bool isMember = false)
    {
        if (end - start < 16 || sink.ShouldStop)
            return;
        var type = FileType.Unknown;
        if (TextBlocks.MayBeIn(_reader, start, end) && !(isMember && IsOpenedAsBlocks(type = TypeOf(start, end))))
        {
            using var input = new CodecInput(source, start, end - start, sink.Budget);
            new TextBlocks(input, sink).Run();
        }

        if (FindMail(start, end) is var mail && mail >= 0 && !sink.ShouldStop
            && !(isMember && (type != FileType.Unknown ? type : TypeOf(start, end)) is FileType.Mail or FileType.Mbox))
            sink.AddSlice(new Member($"message-{++_messages}.eml") { DeclaredType = FileType.Mail }, source, mail, end - mail);
    }

    private FileType TypeOf(long start, long end) => TypeIdentifier.Identify(new BoundedReader(new SliceByteSource(source, start, end - start), sink.Budget));

    /// <summary>The first line of a header with a content type; -1 where there is none.</summary>
    private long FindMail(long start, long end)
    {
        for (var at = start; (at = _reader.IndexOf("ontent-"u8, at, end)) >= 0; at++)
        {
            if (at <= start)
                continue;
            _reader.Position = at - 1;
            var line = _reader.Peek(16);
            if (line.Length < 16 || (line[0] | 0x20) != 'c' || !System.Text.Ascii.EqualsIgnoreCase(line.Slice(8, 4), "type") || line[12..].TrimStart(" \t"u8) is not [(byte)':', ..])
                continue;
            if (FindHeaderStart(start, at - 1) is var header && header >= 0)
                return header;
        }

        return -1;
    }

    /// <summary>Where the header begins that a line belongs to: behind the last empty line before it. -1 where it is the line itself, alone.</summary>
    private long FindHeaderStart(long start, long line)
    {
        var from = Math.Max(start, line - HeaderRange);
        _reader.Position = from;
        if (!_reader.TryPeekSpan((int)(line - from), out var before) || before.IsEmpty || before[^1] != '\n')
            return -1;
        var first = Math.Max(before.LastIndexOf("\n\n"u8) + 2, before.LastIndexOf("\n\r\n"u8) + 3);
        if (before.LastIndexOf("\n\n"u8) < 0 && before.LastIndexOf("\n\r\n"u8) < 0)
            first = 0;
        // Text before the first field is passed over, and quotation marks are not resolved.
        while (first < before.Length)
        {
            var text = before[first..];
            if (MailHeader.TryReadName(text[..text.IndexOf((byte)'\n')], out _, out _))
                return from + first;
            first += text.IndexOf((byte)'\n') + 1;
        }

        return -1;
    }
}
