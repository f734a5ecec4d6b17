namespace Perisai.Engine.Containers.Pdf;

/// <summary>
/// Parses objects leniently, from any place: what does not fit is passed over, and what is not closed ends where the object or the data
/// does. One object may hold so many values and so much text; what is beyond is read over, and <see cref="Overflowed"/> says so.
/// </summary>
internal ref partial struct PdfParser
{
    private const int MaximumDepth = 100;
    private const int MaximumValues = 200_000;
    private const int MaximumText = 8 << 20;

    private readonly BoundedReader _reader;
    private readonly HashSet<string> _names;
    private ReadOnlySpan<byte> _window;
    private int _at;
    private int _values;
    private int _text;

    /// <summary>Something of the object was not kept.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>The object is not closed.</summary>
    public bool Unclosed { get; private set; }

    /// <summary>A name that has a meaning in PDF was written with #xx in place of a letter.</summary>
    public string? ObfuscatedName { get; private set; }

    /// <summary>Makes ready for another object.</summary>
    public void Restart(long position)
    {
        Position = position;
        _values = _text = 0;
        Overflowed = Unclosed = false;
    }

    public PdfValue ParseValue(int depth = 0)
    {
        SkipWhite();
        switch (Peek())
        {
            case < 0:
                Unclosed = true;
                return default;
            case '/':
                Advance();
                return PdfValue.OfName(ReadName());
            case '(':
                Advance();
                return PdfValue.OfText(ReadLiteral());
            case '[':
                Advance();
                return ParseArray(depth);
            case '<':
                Advance();
                if (Peek() != '<')
                    return PdfValue.OfText(ReadHex());
                Advance();
                return ParseDictionary(depth);
            case >= '0' and <= '9' or '+' or '-' or '.':
                return ParseNumber();
            case ')' or '>' or ']' or '{' or '}':
                var stray = (char)Peek();
                Advance();
                if (stray == '>' && Peek() == '>')
                    Advance();
                return PdfValue.OfKeyword(stray.ToString());
            default:
                return PdfValue.OfKeyword(ReadWord());
        }
    }

    /// <summary>Words that an array or a dictionary which was not closed ends before.</summary>
    private static bool EndsObject(in PdfValue value) => value.Kind == PdfKind.Keyword && value.Word is "endobj" or "stream" or "endstream" or "obj" or "xref";

    private PdfValue ParseArray(int depth)
    {
        var items = new List<PdfValue>();
        while (true)
        {
            SkipWhite();
            var at = Position;
            if (Peek() == ']')
            {
                Advance();
                break;
            }

            var value = depth < MaximumDepth ? ParseValue(depth + 1) : TooDeep();
            if (value.Kind == PdfKind.None)
                break;
            if (EndsObject(value) || value.Kind == PdfKind.Keyword && value.Word == ">")
            {
                Position = at;
                Unclosed = true;
                break;
            }

            if (Count())
                items.Add(value);
        }

        return PdfValue.OfArray(items);
    }

    private PdfValue ParseDictionary(int depth)
    {
        var entries = new List<KeyValuePair<string, PdfValue>>();
        while (true)
        {
            SkipWhite();
            var at = Position;
            var next = Peek();
            if (next < 0)
            {
                Unclosed = true;
                break;
            }

            if (next == '>')
            {
                Advance();
                if (Peek() == '>')
                    Advance();
                break;
            }

            if (next != '/')
            {
                // Something that is no key: it is passed over, unless the object ends here.
                if (EndsObject(depth < MaximumDepth ? ParseValue(depth + 1) : TooDeep()))
                {
                    Position = at;
                    Unclosed = true;
                    break;
                }

                continue;
            }

            Advance();
            var key = ReadName();
            SkipWhite();
            if (Peek() == '>' || Peek() < 0)
                continue;
            at = Position;
            var value = depth < MaximumDepth ? ParseValue(depth + 1) : TooDeep();
            if (EndsObject(value))
            {
                Position = at;
                Unclosed = true;
                break;
            }

            if (Count())
                entries.Add(new(key, value));
        }

        return PdfValue.OfDictionary(entries);
    }

    /// <summary>A number, or a reference: two numbers and an R.</summary>
    private PdfValue ParseNumber()
    {
        var word = ReadWord();
        if (!TryParseInteger(word, out var number))
            return PdfValue.OfKeyword(word);
        if (word[0] is not (>= '0' and <= '9') || !PdfCharacters.IsWhite(Peek()))
            return PdfValue.OfNumber(number);
        var at = Position;
        SkipWhite();
        if (PdfCharacters.IsDigit(Peek()) && ReadWord() is var generation && generation.Length <= 5 && TryParseInteger(generation, out _))
        {
            SkipWhite();
            if (Peek() == 'R')
            {
                Advance();
                if (PdfCharacters.EndsWord(Peek()))
                    return PdfValue.OfReference(number);
            }
        }

        Position = at;
        return PdfValue.OfNumber(number);
    }

    private PdfValue TooDeep()
    {
        Overflowed = true;
        Advance();
        return PdfValue.OfKeyword("");
    }

    private bool Count()
    {
        if (++_values <= MaximumValues)
            return true;
        Overflowed = true;
        return false;
    }

    private static bool TryParseInteger(string word, out long number)
    {
        number = 0;
        var at = word.Length > 0 && word[0] is '+' or '-' ? 1 : 0;
        var digits = 0;
        for (; at < word.Length && word[at] is >= '0' and <= '9'; at++, digits++)
            number = Math.Min(number * 10 + word[at] - '0', long.MaxValue / 20);
        if (at < word.Length && word[at] != '.')
            return false;
        if (word[0] == '-')
            number = -number;
        return digits > 0 || word.Length > 1;
    }
}
