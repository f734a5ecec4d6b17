using System.Collections.Immutable;

namespace Perisai.Engine.Languages.Yara.Syntax;

internal sealed partial class Parser
{
    private static Quantifier WordQuantifier(Token token) => new(
        token.Text switch { "all" => QuantifierKind.All, "any" => QuantifierKind.Any, _ => QuantifierKind.None }, null, token.Span);

    /// <summary>What follows a quantifier, from its <c>of</c> on.</summary>
    private OfNode ParseOf(Quantifier quantifier)
    {
        Advance();
        var set = ParseSet();
        ExpressionNode? at = null;
        RangeNode? range = null;
        if (!set.IsRules && TakeKeyword("at") is not null)
            at = ParsePrimary();
        else if (!set.IsRules && TakeKeyword("in") is not null)
            range = ParseRange();
        return new(quantifier, set, at, range, SpanFrom(quantifier.Span));
    }

    private StringSetNode ParseSet()
    {
        var start = _token.Span;
        if (TakeKeyword("them") is not null)
            return new(true, false, [], start);
        ExpectSymbol("(");
        var isRules = _token.Kind == TokenKind.Identifier;
        var items = ImmutableArray.CreateBuilder<SetItemNode>();
        do
        {
            var token = _token;
            if (isRules)
            {
                Expect(TokenKind.Identifier, "the name of a rule");
                var isWildcard = TakeSymbol("*");
                items.Add(new(token.Text, isWildcard, SpanFrom(token.Span)));
            }
            else if (token.Kind is TokenKind.StringIdentifier or TokenKind.StringWildcard)
            {
                Advance();
                items.Add(new(token.Text, token.Kind == TokenKind.StringWildcard, token.Span));
            }
            else
            {
                throw Unexpected("a string such as $a or $a*, or the name of a rule");
            }
        }
        while (TakeSymbol(","));
        ExpectSymbol(")");
        return new(false, isRules, items.ToImmutable(), SpanFrom(start));
    }

    private ExpressionNode ParseFor()
    {
        var start = _token.Span;
        Advance();
        Enter();
        Quantifier quantifier;
        if (_token is { Kind: TokenKind.Keyword, Text: "all" or "any" or "none" })
        {
            quantifier = WordQuantifier(_token);
            Advance();
        }
        else
        {
            var value = ParsePrimary();
            quantifier = IsPercentOf()
                ? new(QuantifierKind.Percentage, value, value.Span)
                : new(QuantifierKind.Number, value, value.Span);
            if (quantifier.Kind == QuantifierKind.Percentage)
                Advance();
        }

        ExpressionNode node;
        if (TakeKeyword("of") is not null)
        {
            var set = ParseSet();
            if (set.IsRules)
                throw new YaraSyntaxException("yara.syntax", set.Span, "a for loop goes through strings; of rules only 'of' counts");
            var body = ParseBody();
            node = new ForOfNode(quantifier, set, body, SpanFrom(start));
        }
        else
        {
            var variables = ImmutableArray.CreateBuilder<NameNode>();
            do
            {
                var name = Expect(TokenKind.Identifier, "of, or the name of a variable");
                variables.Add(new(name.Text, name.Span));
            }
            while (TakeSymbol(","));
            if (TakeKeyword("in") is null)
                throw Unexpected("in");
            var iterable = ParseIterable();
            var body = ParseBody();
            node = new ForInNode(quantifier, variables.ToImmutable(), iterable, body, SpanFrom(start));
        }

        _depth--;
        return node;
    }

    private ExpressionNode ParseBody()
    {
        ExpectSymbol(":");
        ExpectSymbol("(");
        var body = ParseExpression();
        ExpectSymbol(")");
        return body;
    }

    private IterableNode ParseIterable()
    {
        var start = _token.Span;
        if (!TakeSymbol("("))
        {
            if (_token.Kind != TokenKind.Identifier)
                throw Unexpected("a range (1..9), a list (1, 5, 7) or a collection of a module");
            var collection = ParseName();
            return new(null, [], collection, collection.Span);
        }

        var values = ImmutableArray.CreateBuilder<ExpressionNode>();
        values.Add(ParsePrimary());
        if (TakeSymbol(".."))
        {
            var last = ParsePrimary();
            ExpectSymbol(")");
            var span = SpanFrom(start);
            return new(new(values[0], last, span), [], null, span);
        }

        while (TakeSymbol(","))
            values.Add(ParsePrimary());
        ExpectSymbol(")");
        return new(null, values.ToImmutable(), null, SpanFrom(start));
    }

    private WithNode ParseWith()
    {
        var start = _token.Span;
        Advance();
        Enter();
        var variables = ImmutableArray.CreateBuilder<(NameNode, ExpressionNode)>();
        do
        {
            var name = Expect(TokenKind.Identifier, "the name of a variable");
            ExpectSymbol("=");
            variables.Add((new(name.Text, name.Span), ParsePrimary()));
        }
        while (TakeSymbol(","));
        var body = ParseBody();
        _depth--;
        return new(variables.ToImmutable(), body, SpanFrom(start));
    }
}
