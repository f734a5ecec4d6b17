using System.Collections.Immutable;

namespace Perisai.Engine.Languages.Yara.Syntax;

internal sealed partial class Parser
{
    private ImmutableArray<StringNode> ParseStrings()
    {
        ExpectSymbol(":");
        var strings = ImmutableArray.CreateBuilder<StringNode>();
        do
        {
            strings.Add(ParseString());
        }
        while (_token.Kind == TokenKind.StringIdentifier);
        return strings.ToImmutable();
    }

    private StringNode ParseString()
    {
        var name = Expect(TokenKind.StringIdentifier, "the name of a string, such as $a");
        if (!_token.IsSymbol("="))
            throw Unexpected("=");
        Advance(expectHex: true);
        var value = _token;
        switch (value.Kind)
        {
            case TokenKind.Text:
                if (value.Text.Length == 0)
                    throw new YaraSyntaxException("yara.empty-string", value.Span, "a string may not be empty");
                Advance();
                return new TextStringNode(name.Text, value.Text, ParseModifiers("text"), name.Span.To(value.Span));
            case TokenKind.Hex:
                var body = HexStringParser.Parse(value.Span);
                Advance();
                return new HexStringNode(name.Text, body, ParseModifiers("hex"), name.Span.To(value.Span));
            case TokenKind.Regex:
                Advance();
                return new RegexStringNode(name.Text, Literal(value), ParseModifiers("regex"), name.Span.To(value.Span));
            default:
                throw Unexpected("a text in quotation marks, a hex string in braces or a regular expression in slashes");
        }
    }

    private static RegexLiteral Literal(Token token) =>
        new(token.Text, token.Flags.Contains('i', StringComparison.Ordinal), token.Flags.Contains('s', StringComparison.Ordinal), token.Span);

    private StringModifiers ParseModifiers(string kind)
    {
        var modifiers = StringModifiers.None;
        var seen = new HashSet<string>();
        while (_token.Kind == TokenKind.Keyword && IsModifier(_token.Text))
        {
            var token = _token;
            if (!seen.Add(token.Text))
                throw new YaraSyntaxException("yara.duplicated-modifier", token.Span, $"{token.Text} stands here already");
            if (kind == "hex" && token.Text != "private")
                throw new YaraSyntaxException("yara.modifier", token.Span, $"{token.Text} is for text strings; a hex string can only be private");
            if (kind == "regex" && token.Text is "xor" or "base64" or "base64wide")
                throw new YaraSyntaxException("yara.modifier", token.Span, $"{token.Text} is for text strings and not for regular expressions");
            Advance();
            modifiers = token.Text switch
            {
                "nocase" => modifiers with { NoCase = true },
                "ascii" => modifiers with { Ascii = true },
                "wide" => modifiers with { Wide = true },
                "fullword" => modifiers with { FullWord = true },
                "private" => modifiers with { IsPrivate = true },
                "xor" => modifiers with { Xor = ParseXorRange() },
                _ => ParseBase64(modifiers, token),
            };
            CheckTogether(modifiers, token.Span);
        }

        return modifiers;
    }

    private static bool IsModifier(string word) =>
        word is "nocase" or "ascii" or "wide" or "fullword" or "private" or "xor" or "base64" or "base64wide";

    private static void CheckTogether(StringModifiers modifiers, SourceSpan span)
    {
        var base64 = modifiers.Base64 || modifiers.Base64Wide;
        var pair = (modifiers, base64) switch
        {
            ({ Xor: not null, NoCase: true }, _) => "xor and nocase",
            ({ Xor: not null }, true) => "xor and base64",
            ({ NoCase: true }, true) => "base64 and nocase",
            ({ FullWord: true }, true) => "base64 and fullword",
            _ => null,
        };
        if (pair is not null)
            throw new YaraSyntaxException("yara.modifiers-together", span, $"{pair} cannot stand together");
    }

    private (byte Minimum, byte Maximum) ParseXorRange()
    {
        if (!TakeSymbol("("))
            return (0, 255);
        var first = ParseXorKey();
        var last = TakeSymbol("-") ? ParseXorKey() : first;
        if (last < first)
            throw new YaraSyntaxException("yara.xor-range", _token.Span, $"the first key of xor, {first}, is above its last, {last}");
        ExpectSymbol(")");
        return (first, last);
    }

    private byte ParseXorKey()
    {
        var key = Expect(TokenKind.Integer, "a key from 0 to 255");
        return key.Integer <= 255 ? (byte)key.Integer : throw new YaraSyntaxException("yara.xor-range", key.Span, "a key of xor is 0 to 255");
    }

    private StringModifiers ParseBase64(StringModifiers modifiers, Token token)
    {
        var earlier = modifiers;
        modifiers = token.Text == "base64" ? modifiers with { Base64 = true } : modifiers with { Base64Wide = true };
        string? alphabet = null;
        if (TakeSymbol("("))
        {
            var text = Expect(TokenKind.Text, "an alphabet of 64 characters");
            if (text.Text.Length != 64)
                throw new YaraSyntaxException("yara.base64-alphabet", text.Span, $"an alphabet of base64 has 64 characters; this one has {text.Text.Length}");
            ExpectSymbol(")");
            alphabet = text.Text;
        }

        if ((earlier.Base64 || earlier.Base64Wide) && earlier.Alphabet != alphabet)
            throw new YaraSyntaxException("yara.base64-alphabet", token.Span, "base64 and base64wide of one string have the same alphabet");
        return modifiers with { Alphabet = alphabet };
    }
}
