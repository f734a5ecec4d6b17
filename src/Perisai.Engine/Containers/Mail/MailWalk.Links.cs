using System.Text;

namespace Perisai.Engine.Containers.Mail;

/// <summary>Which texts of a message hold links that count: those that clamscan looks at.</summary>
internal sealed partial class MailWalk
{
    /// <summary>Where the part begins that is taken for the message's own text, in the multipart at hand; -1 where none is.</summary>
    private long _mainText = -1;

    /// <summary>Whether the multipart's other parts do not count.</summary>
    private bool _hasMainTextOnly;

    /// <summary>
    /// Of a message without parts, and of a main text, every text counts; of the other parts those that are no attachments and, where they are plain, encoded.
    /// </summary>
    private bool HoldsLinks(MailHeader header, long start, int depth)
    {
        if (!IsText(header))
            return false;
        if (depth == 0 || start == _mainText)
            return true;
        if (_hasMainTextOnly || header.ContentTypes.Count == 0)
            return false;
        foreach (var value in header.Dispositions)
        {
            var disposition = new ContentField(value.Span).Type;
            if (!disposition.IsEmpty && !Ascii.EqualsIgnoreCase(disposition, "inline"u8))
                return false;
        }

        return !IsType(header, "text/plain") || header.TransferEncodings.Exists(value => !Ascii.EqualsIgnoreCase(value.Span.Trim(" \t\r\n"u8), "7bit"u8));
    }

    /// <summary>
    /// Finds the main text of related, signed and parallel parts: the first page, else the last text; of signed and parallel ones, where there is no text, the first part.
    /// </summary>
    private void ChooseMainText(MailHeader header, DelimiterSearch search, Delimiter first, long start, long end)
    {
        _mainText = -1;
        _hasMainTextOnly = IsType(header, "multipart/signed") || IsType(header, "multipart/parallel");
        if (!_hasMainTextOnly && !IsType(header, "multipart/related"))
            return;
        if (_hasMainTextOnly)
            _mainText = first.Next;
        for (var current = first; !current.IsClose && !sink.ShouldStop;)
        {
            var hasNext = search.TryFind(current.Next, start, out var next);
            var part = MailHeader.Read(_reader, current.Next, Math.Max(current.Next, hasNext ? next.ContentEnd : end), static (_, _, _) => { });
            if (part.ContentTypes.Count > 0 && IsText(part))
                _mainText = current.Next;
            if (!hasNext || IsType(part, "text/html"))
                return;
            current = next;
        }
    }
}
