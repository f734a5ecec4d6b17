namespace Perisai.Engine.Containers.Mail;

/// <summary>A delimiter line of a multipart.</summary>
/// <param name="ContentEnd">Where what stands before it ends: before the line end that belongs to the delimiter.</param>
/// <param name="LineStart">Its first hyphen.</param>
/// <param name="Next">Behind its line.</param>
/// <param name="IsClose">Whether it ends the multipart.</param>
internal readonly record struct Delimiter(long ContentEnd, long LineStart, long Next, bool IsClose);

/// <summary>Finds the delimiter lines of one multipart: two hyphens, the boundary, perhaps two more, blanks (RFC 2046, section 5.1.1).</summary>
internal sealed class DelimiterSearch
{
    private readonly BoundedReader _reader;
    private readonly long _end;
    private readonly byte[] _needle;

    /// <param name="reader">The mail.</param>
    /// <param name="boundary">The boundary without hyphens.</param>
    /// <param name="end">Where the multipart ends at the latest.</param>
    public DelimiterSearch(BoundedReader reader, ReadOnlySpan<byte> boundary, long end)
    {
        _reader = reader;
        _end = end;
        // With the line end before it, the search meets few false beginnings, whatever the boundary consists of.
        _needle = [(byte)'\n', (byte)'-', (byte)'-', .. boundary];
    }

    /// <summary>Whether close delimiters are passed over: they may be delimiters of a multipart within.</summary>
    public bool IgnoresClose { get; set; }

    /// <summary>
    /// Whether a part names a boundary that begins with what a close delimiter of this multipart consists of: the same line may then
    /// belong to either.
    /// </summary>
    public bool IsCloseAmbiguous(long partStart, long partEnd)
    {
        byte[] close = [.. _needle.AsSpan(2), (byte)'-', (byte)'-'];
        foreach (var before in "\"=' "u8)
        {
            close[0] = before;
            if (_reader.IndexOf(close, partStart, partEnd) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>The next delimiter whose line begins at or after <paramref name="from"/>, which begins a line itself.</summary>
    public bool TryFind(long from, long bodyStart, out Delimiter delimiter)
    {
        if (from == bodyStart)
        {
            _reader.Position = from;
            if (_reader.Peek(_needle.Length).StartsWith(_needle.AsSpan(1)) && TryReadLine(from, bodyStart, out delimiter))
                return true;
        }

        var at = Math.Max(from - 1, bodyStart);
        while ((at = _reader.IndexOf(_needle, at, _end - _needle.Length + 1)) >= 0)
        {
            if (TryReadLine(at + 1, bodyStart, out delimiter))
                return true;
            at++;
        }

        delimiter = default;
        return false;
    }

    private bool TryReadLine(long lineStart, long bodyStart, out Delimiter delimiter)
    {
        delimiter = default;
        var behind = lineStart + _needle.Length - 1;
        if (behind > _end)
            return false;
        _reader.Position = behind;
        var rest = _reader.Peek(4);
        if (rest.Length > _end - behind)
            rest = rest[..(int)(_end - behind)];
        var isClose = rest.StartsWith("--"u8);
        // Something else directly behind makes it another boundary that begins alike; behind a blank, it is passed over.
        if (isClose && IgnoresClose)
            return false;
        var tail = isClose ? rest[2..] : rest;
        if (!tail.IsEmpty && tail[0] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            return false;
        var lineEnd = rest.IndexOf((byte)'\n');
        long next;
        if (lineEnd >= 0)
            next = behind + lineEnd + 1;
        else
            next = _reader.IndexOf("\n"u8, behind, _end) is var found && found >= 0 ? found + 1 : _end;
        var contentEnd = Math.Max(bodyStart, lineStart - 1);
        if (contentEnd > bodyStart)
        {
            _reader.Position = contentEnd - 1;
            if (_reader.TryPeekSpan(1, out var before) && before[0] == '\r')
                contentEnd--;
        }

        delimiter = new(contentEnd, lineStart, next, isClose);
        return true;
    }
}
