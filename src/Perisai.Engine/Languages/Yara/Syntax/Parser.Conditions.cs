using System.Collections.Immutable;

namespace Perisai.Engine.Languages.Yara.Syntax;

/// <summary>
/// Conditions, by precedence. From the loosest: or · and · not, defined · equality and text operators · order · | · ^ · &amp; · shifts · + - ·
/// * \ % · unary - ~.
/// </summary>
internal sealed partial class Parser
{
    private const int Equality = 4;
    private const int Bitwise = 6;

    private static (int Precedence, BinaryOperator Operator)? OperatorOf(Token token) => (token.Kind, token.Text) switch
    {
        (TokenKind.Symbol, "==") => (Equality, BinaryOperator.Equal),
        (TokenKind.Symbol, "!=") => (Equality, BinaryOperator.NotEqual),
        (TokenKind.Keyword, "contains") => (Equality, BinaryOperator.Contains),
        (TokenKind.Keyword, "icontains") => (Equality, BinaryOperator.IContains),
        (TokenKind.Keyword, "startswith") => (Equality, BinaryOperator.StartsWith),
        (TokenKind.Keyword, "istartswith") => (Equality, BinaryOperator.IStartsWith),
        (TokenKind.Keyword, "endswith") => (Equality, BinaryOperator.EndsWith),
        (TokenKind.Keyword, "iendswith") => (Equality, BinaryOperator.IEndsWith),
        (TokenKind.Keyword, "iequals") => (Equality, BinaryOperator.IEquals),
        (TokenKind.Keyword, "matches") => (Equality, BinaryOperator.Matches),
        (TokenKind.Symbol, "<") => (5, BinaryOperator.Less),
        (TokenKind.Symbol, "<=") => (5, BinaryOperator.LessOrEqual),
        (TokenKind.Symbol, ">") => (5, BinaryOperator.Greater),
        (TokenKind.Symbol, ">=") => (5, BinaryOperator.GreaterOrEqual),
        (TokenKind.Symbol, "|") => (Bitwise, BinaryOperator.BitwiseOr),
        (TokenKind.Symbol, "^") => (7, BinaryOperator.BitwiseXor),
        (TokenKind.Symbol, "&") => (8, BinaryOperator.BitwiseAnd),
        (TokenKind.Symbol, "<<") => (9, BinaryOperator.ShiftLeft),
        (TokenKind.Symbol, ">>") => (9, BinaryOperator.ShiftRight),
        (TokenKind.Symbol, "+") => (10, BinaryOperator.Add),
        (TokenKind.Symbol, "-") => (10, BinaryOperator.Subtract),
        (TokenKind.Symbol, "*") => (11, BinaryOperator.Multiply),
        (TokenKind.Symbol, "\\") => (11, BinaryOperator.Divide),
        (TokenKind.Symbol, "%") => (11, BinaryOperator.Modulo),
        _ => null,
    };

    private ExpressionNode ParseExpression() => ParseChain(isAnd: false);

    private ExpressionNode ParseChain(bool isAnd)
    {
        ExpressionNode Operand() => isAnd ? ParseNot() : ParseChain(isAnd: true);
        var word = isAnd ? "and" : "or";
        var first = Operand();
        if (!_token.IsKeyword(word))
            return first;
        var operands = ImmutableArray.CreateBuilder<ExpressionNode>();
        operands.Add(first);
        while (TakeKeyword(word) is not null)
            operands.Add(Operand());
        return new LogicalNode(isAnd, operands.ToImmutable(), SpanFrom(first.Span));
    }

    private ExpressionNode ParseNot()
    {
        Enter();
        var token = _token;
        ExpressionNode node;
        if (TakeKeyword("not") is not null)
            node = new UnaryNode(UnaryOperator.Not, ParseNot(), SpanFrom(token.Span));
        else if (TakeKeyword("defined") is not null)
            node = new UnaryNode(UnaryOperator.Defined, ParseNot(), SpanFrom(token.Span));
        else
            node = ParseComparison();
        _depth--;
        return node;
    }

    private void Enter()
    {
        if (++_depth > MaximumDepth)
            throw new YaraSyntaxException("yara.condition-too-deep", _token.Span, $"a condition is nested at most {MaximumDepth} deep; part it into several rules");
    }

    /// <summary>A comparison, or a quantifier that turns out to be a number: <c>2 of them</c>.</summary>
    private ExpressionNode ParseComparison()
    {
        var left = ParseBinary(Bitwise, ParseUnary());
        if (_token.IsKeyword("of"))
            return ParseOf(new(QuantifierKind.Number, left, left.Span));
        if (IsPercentOf())
        {
            Advance();
            return ParseOf(new(QuantifierKind.Percentage, left, SpanFrom(left.Span)));
        }

        return ParseBinary(Equality, left);
    }

    private bool IsPercentOf() => _token.IsSymbol("%") && PeekNext().IsKeyword("of");

    /// <summary>Precedence climbing: operators of at least this precedence, all of them binding to the left.</summary>
    private ExpressionNode ParseBinary(int minimum, ExpressionNode left)
    {
        while (OperatorOf(_token) is var (precedence, operation) && precedence >= minimum && !IsPercentOf())
        {
            var symbol = _token.Span;
            Advance();
            Enter();
            var right = ParseUnary();
            while (OperatorOf(_token) is var (next, _) && next > precedence && !IsPercentOf())
                right = ParseBinary(next, right);
            _depth--;
            left = new BinaryNode(operation, left, right, symbol, SpanFrom(left.Span));
        }

        return left;
    }

    private ExpressionNode ParsePrimary() => ParseBinary(Bitwise, ParseUnary());

    private ExpressionNode ParseUnary()
    {
        var token = _token;
        UnaryOperator? operation = token.IsSymbol("-") ? UnaryOperator.Minus : token.IsSymbol("~") ? UnaryOperator.BitwiseNot : null;
        if (operation is null)
            return ParseOperand();
        Advance();
        Enter();
        var operand = ParseUnary();
        _depth--;
        return new UnaryNode(operation.Value, operand, SpanFrom(token.Span));
    }

    private ExpressionNode ParseOperand()
    {
        var token = _token;
        switch (token.Kind)
        {
            case TokenKind.Integer:
                Advance();
                return new IntegerNode(token.Integer, token.Span);
            case TokenKind.Float:
                Advance();
                return new FloatNode(token.Float, token.Span);
            case TokenKind.Text:
                Advance();
                return new TextNode(token.Text, token.Span);
            case TokenKind.Regex:
                Advance();
                return new RegexExpressionNode(Literal(token), token.Span);
            case TokenKind.StringIdentifier:
                Advance();
                return ParseStringMatch(token);
            case TokenKind.StringCount:
                Advance();
                return new StringCountNode(token.Text, TakeKeyword("in") is null ? null : ParseRange(), SpanFrom(token.Span));
            case TokenKind.StringOffset:
                Advance();
                return new StringOffsetNode(token.Text, ParseIndex(), SpanFrom(token.Span));
            case TokenKind.StringLength:
                Advance();
                return new StringLengthNode(token.Text, ParseIndex(), SpanFrom(token.Span));
            case TokenKind.Identifier:
                return token.Text == "with" && PeekNext().Kind == TokenKind.Identifier ? ParseWith() : ParseName();
            case TokenKind.Keyword:
                return ParseKeyword();
            case TokenKind.Symbol when token.Text == "(":
                Advance();
                Enter();
                var inner = ParseExpression();
                ExpectSymbol(")");
                _depth--;
                return inner with { Span = SpanFrom(token.Span) };
            default:
                throw Unexpected("an operand");
        }
    }

    private StringMatchNode ParseStringMatch(Token name)
    {
        if (TakeKeyword("at") is not null)
        {
            var at = ParsePrimary();
            return new(name.Text, at, null, SpanFrom(name.Span));
        }

        var range = TakeKeyword("in") is null ? null : ParseRange();
        return new(name.Text, null, range, SpanFrom(name.Span));
    }

    private ExpressionNode? ParseIndex()
    {
        if (!TakeSymbol("["))
            return null;
        var index = ParsePrimary();
        ExpectSymbol("]");
        return index;
    }

    private RangeNode ParseRange()
    {
        var start = _token.Span;
        ExpectSymbol("(");
        var first = ParsePrimary();
        ExpectSymbol("..");
        var last = ParsePrimary();
        ExpectSymbol(")");
        return new(first, last, SpanFrom(start));
    }

    private ExpressionNode ParseName()
    {
        var token = _token;
        Advance();
        ExpressionNode node = new NameNode(token.Text, token.Span);
        // Each step makes the tree one deeper.
        for (var depth = 0; ; depth++)
        {
            if (depth > MaximumDepth)
                throw new YaraSyntaxException("yara.condition-too-deep", _token.Span, $"a name has at most {MaximumDepth} parts");
            if (TakeSymbol("."))
            {
                // Words of the language are names here: pe.entrypoint would else not be one.
                if (_token.Kind is not (TokenKind.Identifier or TokenKind.Keyword))
                    throw Unexpected("a name");
                var member = _token;
                Advance();
                node = new MemberNode(node, member.Text, SpanFrom(token.Span));
            }
            else if (TakeSymbol("["))
            {
                Enter();
                var index = ParsePrimary();
                _depth--;
                ExpectSymbol("]");
                node = new IndexNode(node, index, SpanFrom(token.Span));
            }
            else if (TakeSymbol("("))
            {
                node = ParseCall(node);
            }
            else
            {
                return node;
            }
        }
    }

    private CallNode ParseCall(ExpressionNode function)
    {
        var arguments = ImmutableArray.CreateBuilder<ExpressionNode>();
        Enter();
        if (!_token.IsSymbol(")"))
        {
            do
            {
                arguments.Add(ParseExpression());
            }
            while (TakeSymbol(","));
        }

        _depth--;
        ExpectSymbol(")");
        return new(function, arguments.ToImmutable(), SpanFrom(function.Span));
    }

    private ExpressionNode ParseKeyword()
    {
        var token = _token;
        switch (token.Text)
        {
            case "true" or "false":
                Advance();
                return new BooleanNode(token.Text == "true", token.Span);
            case "filesize":
                Advance();
                return new FileSizeNode(token.Span);
            case "entrypoint":
                Advance();
                return new EntryPointNode(token.Span);
            case "all" or "any" or "none":
                Advance();
                if (!_token.IsKeyword("of"))
                    throw Unexpected("of");
                return ParseOf(WordQuantifier(token));
            case "for":
                return ParseFor();
        }

        if (!token.Text.StartsWith("int", StringComparison.Ordinal) && !token.Text.StartsWith("uint", StringComparison.Ordinal))
            throw Unexpected("an operand");
        Advance();
        ExpectSymbol("(");
        Enter();
        var offset = ParsePrimary();
        _depth--;
        ExpectSymbol(")");
        var digits = token.Text.Trim('u', 'i', 'n', 't', 'b', 'e');
        var width = digits switch { "8" => 1, "16" => 2, _ => 4 };
        return new ReadIntegerNode(width, token.Text[0] == 'i', token.Text.EndsWith("be", StringComparison.Ordinal), offset, SpanFrom(token.Span));
    }
}
