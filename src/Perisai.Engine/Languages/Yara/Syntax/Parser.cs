using System.Collections.Immutable;

namespace Perisai.Engine.Languages.Yara.Syntax;

/// <summary>
/// Reads files of rules into nodes: recursive descent, with the grammar of YARA 4.5. After a mistake it goes on with the next rule, so that one run
/// shows all of them.
/// </summary>
/// <param name="include">Finds what an <c>include</c> names, or throws a <see cref="YaraSyntaxException"/> that says why it cannot.</param>
/// <param name="report">Takes diagnostics.</param>
internal sealed partial class Parser(Func<string, SourceSpan, SourceText> include, Action<Diagnostic> report)
{
    /// <summary>Files within files, as YARA allows them.</summary>
    public const int MaximumIncludeDepth = 16;

    /// <summary>Brackets within brackets in a condition.</summary>
    public const int MaximumDepth = 1000;

    private readonly List<SourceText> _open = [];
    private Action<ImportNode> _takeImport = static _ => { };
    private Action<RuleNode> _takeRule = static _ => { };
    private SourceText _source = null!;
    private Lexer _lexer = null!;
    private Token _token = null!;
    private Token? _next;
    private string? _rule;
    private int _lastEnd;
    private int _depth;

    /// <summary>Parses a file and what it includes.</summary>
    public RuleFile Parse(SourceText source)
    {
        var imports = ImmutableArray.CreateBuilder<ImportNode>();
        var rules = ImmutableArray.CreateBuilder<RuleNode>();
        Parse(source, imports.Add, rules.Add);
        return new(imports.ToImmutable(), rules.ToImmutable());
    }

    /// <summary>Parses a file and what it includes, and hands over imports and rules one by one: a large file's nodes would take ten times its length.</summary>
    public void Parse(SourceText source, Action<ImportNode> takeImport, Action<RuleNode> takeRule)
    {
        (_takeImport, _takeRule) = (takeImport, takeRule);
        ParseFile(source);
    }

    private void ParseFile(SourceText source)
    {
        var (outerSource, outerLexer, outerToken, outerNext, outerEnd) = (_source, _lexer, _token, _next, _lastEnd);
        (_source, _lexer, _next, _lastEnd) = (source, new(source), null, 0);
        _open.Add(source);
        var started = Recover(() => Advance());
        while (started && _token.Kind != TokenKind.End)
        {
            var first = _token;
            if (!Recover(ParseItem) && !SkipToItem(first))
                break;
        }

        _open.RemoveAt(_open.Count - 1);
        (_source, _lexer, _token, _next, _lastEnd) = (outerSource, outerLexer, outerToken, outerNext, outerEnd);
    }

    private bool Recover(Action parse)
    {
        try
        {
            _depth = 0;
            parse();
            return true;
        }
        catch (YaraSyntaxException exception)
        {
            report(YaraDiagnostics.Error(exception.Id, exception.Span, exception.Message) with { Rule = _rule });
            return false;
        }
    }

    /// <summary>Goes on after a mistake: to what begins a rule, an import or an include on a line of its own.</summary>
    private bool SkipToItem(Token failed)
    {
        while (true)
        {
            try
            {
                if (_token.Kind == TokenKind.End)
                    return false;
                if (_token is { Kind: TokenKind.Keyword, Text: "rule" or "private" or "global" or "import" or "include" }
                    && !ReferenceEquals(_token, failed) && IsFirstOnLine(_token.Span))
                    return true;
                Advance();
            }
            catch (YaraSyntaxException)
            {
                // Told once is enough; what follows the mistake may be cut anyhow.
                if (!_lexer.SkipCharacter())
                    return false;
            }
        }
    }

    private static bool IsFirstOnLine(SourceSpan span)
    {
        for (var at = span.Start - 1; at >= 0 && span.Source.Text[at] != '\n'; at--)
        {
            if (span.Source.Text[at] is not (' ' or '\t' or '\r'))
                return false;
        }

        return true;
    }

    private void ParseItem()
    {
        _rule = null;
        if (TakeKeyword("import") is { } import)
        {
            var name = Expect(TokenKind.Text, "the name of a module in quotation marks");
            _takeImport(new(name.Text, import.Span.To(name.Span)));
        }
        else if (TakeKeyword("include") is { } directive)
        {
            var name = Expect(TokenKind.Text, "the name of a file in quotation marks");
            Include(name.Text, directive.Span.To(name.Span));
        }
        else
        {
            ParseRule();
        }
    }

    private void Include(string name, SourceSpan span)
    {
        if (_open.Count > MaximumIncludeDepth)
            throw new YaraSyntaxException("yara.include-too-deep", span, $"includes are nested more than {MaximumIncludeDepth} deep");
        var included = include(SourceText.Decode(name), span);
        if (_open.Exists(open => open.Name == included.Name))
            throw new YaraSyntaxException("yara.include-loop", span, $"{included.Name} is being read already: it includes itself, directly or through others");
        ParseFile(included);
    }

    private void ParseRule()
    {
        bool isGlobal = false, isPrivate = false;
        while (_token.Kind == TokenKind.Keyword && _token.Text is "global" or "private")
        {
            isGlobal |= _token.Text == "global";
            isPrivate |= _token.Text == "private";
            Advance();
        }

        if (TakeKeyword("rule") is null)
            throw Unexpected("a rule, an import or an include");
        var name = Expect(TokenKind.Identifier, "the rule's name");
        _rule = name.Text;
        var tags = ImmutableArray.CreateBuilder<TagNode>();
        if (TakeSymbol(":"))
        {
            do
            {
                var tag = Expect(TokenKind.Identifier, "a tag");
                tags.Add(new(tag.Text, tag.Span));
            }
            while (_token.Kind == TokenKind.Identifier);
        }

        ExpectSymbol("{");
        var meta = TakeKeyword("meta") is null ? [] : ParseMeta();
        var strings = TakeKeyword("strings") is null ? [] : ParseStrings();
        if (TakeKeyword("condition") is null)
            throw Unexpected(strings.IsEmpty && meta.IsEmpty ? "meta:, strings: or condition:" : strings.IsEmpty ? "strings: or condition:" : "a string or condition:");
        ExpectSymbol(":");
        var condition = ParseExpression();
        // The token after the bracket may be of another rule that has a mistake; this one is complete.
        if (!_token.IsSymbol("}"))
            throw Unexpected("an operator or the } that ends the rule");
        _takeRule(new()
        {
            Name = name.Text,
            Span = name.Span,
            IsGlobal = isGlobal,
            IsPrivate = isPrivate,
            Tags = tags.ToImmutable(),
            Meta = meta,
            Strings = strings,
            Condition = condition,
        });
        Advance();
    }

    private ImmutableArray<MetaNode> ParseMeta()
    {
        ExpectSymbol(":");
        var meta = ImmutableArray.CreateBuilder<MetaNode>();
        do
        {
            var name = Expect(TokenKind.Identifier, "the name of a piece of meta information");
            ExpectSymbol("=");
            var minus = TakeSymbol("-");
            object value = _token switch
            {
                { Kind: TokenKind.Integer } => minus ? -_token.Integer : _token.Integer,
                { Kind: TokenKind.Text } when !minus => _token.Text,
                { Kind: TokenKind.Keyword, Text: "true" or "false" } when !minus => _token.Text == "true",
                _ => throw Unexpected("a text, an integer, true or false"),
            };
            meta.Add(new(name.Text, value, name.Span.To(_token.Span)));
            Advance();
        }
        while (_token.Kind == TokenKind.Identifier);
        return meta.ToImmutable();
    }

    // Tokens

    private void Advance(bool expectHex = false)
    {
        _lastEnd = _token is null ? 0 : _token.Span.End;
        _token = _next ?? _lexer.Next(expectHex);
        _next = null;
    }

    private Token PeekNext() => _next ??= _lexer.Next();

    private Token? TakeKeyword(string text)
    {
        if (!_token.IsKeyword(text))
            return null;
        var taken = _token;
        Advance();
        return taken;
    }

    private bool TakeSymbol(string text)
    {
        if (!_token.IsSymbol(text))
            return false;
        Advance();
        return true;
    }

    private void ExpectSymbol(string text)
    {
        if (!TakeSymbol(text))
            throw Unexpected(text);
    }

    private Token Expect(TokenKind kind, string what)
    {
        if (_token.Kind != kind)
            throw Unexpected(what);
        var taken = _token;
        Advance();
        return taken;
    }

    private YaraSyntaxException Unexpected(string wanted) =>
        new("yara.syntax", _token.Span, $"{_token.Shown} stands where {wanted} is expected{(_token.Kind == TokenKind.Keyword ? $" ({_token.Text} is a word of the language and names nothing else)" : "")}");

    private SourceSpan SpanFrom(SourceSpan first) => first with { End = _lastEnd };
}
