namespace Perisai.Engine.Containers.Pdf;

/// <summary>The characters and words of a PDF.</summary>
internal ref partial struct PdfParser
{
    private const int MaximumWord = 127;
    private const int MaximumPooledNames = 4096;

    public PdfParser(BoundedReader reader, HashSet<string> names)
    {
        _reader = reader;
        _names = names;
        _window = [];
    }

    public long Position
    {
        get => _reader.Position + _at;
        set
        {
            var within = value - _reader.Position;
            if (within >= 0 && within <= _window.Length)
            {
                _at = (int)within;
                return;
            }

            _reader.Position = value;
            _window = [];
            _at = 0;
        }
    }

    /// <summary>The next byte; -1 at the end.</summary>
    public int Peek()
    {
        if (_at < _window.Length)
            return _window[_at];
        return Fill() ? _window[_at] : -1;
    }

    public void Advance() => _at++;

    /// <summary>Passes over white space and comments.</summary>
    public void SkipWhite()
    {
        while (true)
        {
            var next = Peek();
            if (next == '%')
            {
                while (Peek() is not (< 0 or '\n' or '\r'))
                    Advance();
            }
            else if (!PdfCharacters.IsWhite(next))
            {
                return;
            }
            else
            {
                Advance();
            }
        }
    }

    /// <summary>The characters up to the next white space or delimiter; those beyond the longest word there is are dropped.</summary>
    public string ReadWord()
    {
        Span<char> word = stackalloc char[MaximumWord];
        var length = 0;
        while (Peek() is var next && !PdfCharacters.EndsWord(next))
        {
            if (length < MaximumWord)
                word[length++] = (char)next;
            Advance();
        }

        if (length == 0)
            Advance();
        return Pooled(word[..length]);
    }

    private string ReadName()
    {
        Span<char> name = stackalloc char[MaximumWord];
        var length = 0;
        var isEscaped = false;
        while (Peek() is var next && !PdfCharacters.EndsWord(next))
        {
            Advance();
            if (next == '#' && PdfCharacters.Hex(Peek()) is >= 0 and var high)
            {
                var digit = Peek();
                Advance();
                if (PdfCharacters.Hex(Peek()) is >= 0 and var low)
                {
                    Advance();
                    next = high << 4 | low;
                    isEscaped |= char.IsAsciiLetterOrDigit((char)next);
                }
                else
                {
                    // Not an escape after all.
                    if (length < MaximumWord)
                        name[length++] = '#';
                    next = digit;
                }
            }

            if (length < MaximumWord)
                name[length++] = (char)next;
        }

        var text = Pooled(name[..length]);
        if (isEscaped && PdfNames.IsKnown(text))
            ObfuscatedName ??= text;
        return text;
    }

    /// <summary>A string in parentheses, which nest.</summary>
    private byte[] ReadLiteral()
    {
        var bytes = new List<byte>();
        for (var depth = 1; ;)
        {
            var next = Peek();
            if (next < 0)
            {
                Unclosed = true;
                break;
            }

            Advance();
            if (next == '\\')
            {
                next = ReadEscape();
                if (next < 0)
                    continue;
            }
            else if (next == '(')
            {
                depth++;
            }
            else if (next == ')' && --depth == 0)
            {
                break;
            }

            Add(bytes, (byte)next);
        }

        return [.. bytes];
    }

    /// <summary>The character behind a backslash; -1 where it stands for none.</summary>
    private int ReadEscape()
    {
        var next = Peek();
        if (next < 0)
            return -1;
        Advance();
        switch (next)
        {
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case '\r':
                if (Peek() == '\n')
                    Advance();
                return -1;
            case '\n':
                return -1;
            case >= '0' and <= '7':
                var value = next - '0';
                for (var digits = 1; digits < 3 && Peek() is >= '0' and <= '7'; digits++)
                {
                    value = value << 3 | Peek() - '0';
                    Advance();
                }

                return value & 0xFF;
            default:
                return next;
        }
    }

    private byte[] ReadHex()
    {
        var bytes = new List<byte>();
        var high = -1;
        while (true)
        {
            var next = Peek();
            if (next < 0)
                Unclosed = true;
            else
                Advance();
            if (next is < 0 or '>')
                break;
            var digit = PdfCharacters.Hex(next);
            if (digit < 0)
                continue;
            if (high < 0)
            {
                high = digit;
                continue;
            }

            Add(bytes, (byte)(high << 4 | digit));
            high = -1;
        }

        if (high >= 0)
            Add(bytes, (byte)(high << 4));
        return [.. bytes];
    }

    private void Add(List<byte> bytes, byte value)
    {
        if (_text++ < MaximumText)
            bytes.Add(value);
        else
            Overflowed = true;
    }

    private string Pooled(scoped ReadOnlySpan<char> word)
    {
        var lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(word, out var known))
            return known;
        var text = word.ToString();
        if (_names.Count < MaximumPooledNames)
            _names.Add(text);
        return text;
    }

    private bool Fill()
    {
        _reader.Position += _at;
        _at = 0;
        _window = _reader.Budget.CheckTime() ? _reader.Peek(4096) : [];
        return !_window.IsEmpty;
    }
}
