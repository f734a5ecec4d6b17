using System.Text;
using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Languages.Yara.Binding;

/// <summary>
/// Checks the condition of one rule and writes its code in one pass: names are resolved, types compared, constants computed. The first mistake ends it
/// with a <see cref="YaraBindingException"/>.
/// </summary>
/// <param name="rule">The rule.</param>
/// <param name="scope">Names of its namespace.</param>
/// <param name="build">Names of all namespaces.</param>
/// <param name="compileRegex">Compiles a regular expression to its stored form.</param>
/// <param name="report">Takes warnings.</param>
internal sealed partial class ConditionCompiler(RuleNode rule, RuleScope scope, BuildScope build, Func<RegexLiteral, byte[]> compileRegex, Action<Diagnostic> report)
{
    /// <summary>Loops within loops: YARA's own limit is four; a stack is what it costs.</summary>
    public const int MaximumLoopDepth = 8;

    private readonly RuleCodeWriter _code = new();
    private readonly List<(string Name, Bound Type, int Slot)> _variables = [];
    private readonly Stack<int> _stringLoops = new();
    private readonly Dictionary<string, int> _stringNumbers = NumbersOf(rule);
    private readonly StringUse[] _usedStrings = new StringUse[rule.Strings.Length];
    private int _slots;
    private int _loopDepth;

    /// <summary>The rules that the condition names, by number.</summary>
    public SortedSet<int> UsedRules { get; } = [];

    /// <summary>Whether the condition, or <c>them</c> in it, names a string.</summary>
    public bool Uses(int index) => _usedStrings[index].Count > 0;

    /// <summary>How the condition uses a string.</summary>
    public StringUse UseOf(int index) => _usedStrings[index];

    private static Dictionary<string, int> NumbersOf(RuleNode rule)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < rule.Strings.Length; i++)
        {
            if (rule.Strings[i].Name.Length > 0)
                numbers.TryAdd(rule.Strings[i].Name, i);
        }

        return numbers;
    }

    /// <summary>The code of a condition.</summary>
    public byte[] Compile(ExpressionNode condition)
    {
        var start = _code.Position;
        EmitCondition(condition);
        var code = _code.From(start);
        _code.Truncate(start);
        return code;
    }

    /// <summary>The code of a part of the condition that was compiled already: what it may warn of was told.</summary>
    public byte[] CompileTest(ExpressionNode condition) => new ConditionCompiler(rule, scope, build, compileRegex, static _ => { }).Compile(condition);

    /// <summary>Writes an expression as a truth value.</summary>
    private void EmitCondition(ExpressionNode node)
    {
        var bound = Emit(node);
        if (bound.Kind is not (RuleValueKind.Boolean or RuleValueKind.Integer or RuleValueKind.Float or RuleValueKind.Text))
            throw Wrong(node, $"{bound.Shown} is neither true nor false", bound.Type is FunctionType ? "call it: add ( )" : null);
        if (bound.Text is not null)
            Warn("yara.text-as-condition", node.Span, "a text is true unless it is empty; was a comparison meant, or a string with $?");
        if (bound.Kind != RuleValueKind.Boolean)
            _code.Write(RuleOpcode.Truth);
    }

    private static YaraBindingException Wrong(ExpressionNode node, string message, string? suggestion = null) => new("yara.wrong-type", node.Span, message, suggestion);

    private void Warn(string id, SourceSpan span, string message, string? suggestion = null) => report(YaraDiagnostics.Warning(id, span, message, suggestion));

    private Bound Emit(ExpressionNode node)
    {
        switch (node)
        {
            case BooleanNode boolean:
                _code.Write(boolean.Value ? RuleOpcode.True : RuleOpcode.False);
                return new(RuleValueKind.Boolean);
            case IntegerNode integer:
                return EmitConstant(integer.Value);
            case FloatNode number:
                _code.Float(number.Value);
                return new(RuleValueKind.Float) { Float = number.Value };
            case TextNode text:
                _code.Write(RuleOpcode.Text);
                _code.Bytes(Encoding.Latin1.GetBytes(text.Value));
                return new(RuleValueKind.Text) { Text = text.Value };
            case RegexExpressionNode regex:
                return EmitRegex(regex.Regex);
            case FileSizeNode:
                _code.Write(RuleOpcode.FileSize);
                return new(RuleValueKind.Integer);
            case EntryPointNode:
                Warn("yara.entrypoint-deprecated", node.Span, "entrypoint is deprecated", "use entry_point of the pe or elf module");
                _code.Write(RuleOpcode.EntryPoint);
                return new(RuleValueKind.Integer);
            case ReadIntegerNode read:
                EmitInteger(read.Offset, "an offset");
                _code.Write(RuleOpcode.ReadInteger);
                _code.Byte(read.Width | (read.IsSigned ? 16 : 0) | (read.IsBigEndian ? 32 : 0));
                return new(RuleValueKind.Integer);
            case StringMatchNode match:
                return EmitStringMatch(match);
            case StringCountNode count:
                return EmitStringCount(count);
            case StringOffsetNode offset:
                return EmitStringPlace(RuleOpcode.StringOffset, offset.Name, offset.Index, offset.Span);
            case StringLengthNode length:
                return EmitStringPlace(RuleOpcode.StringLength, length.Name, length.Index, length.Span);
            case NameNode name:
                return EmitName(name);
            case MemberNode member:
                return EmitMember(member);
            case IndexNode index:
                return EmitIndex(index);
            case CallNode call:
                return EmitCall(call);
            case UnaryNode unary:
                return EmitUnary(unary);
            case BinaryNode binary:
                return EmitBinary(binary);
            case LogicalNode logical:
                return EmitLogical(logical);
            case OfNode of:
                return EmitOf(of);
            case ForOfNode loop:
                return EmitForOf(loop);
            case ForInNode loop:
                return EmitForIn(loop);
            case WithNode with:
                return EmitWith(with);
            default:
                throw new InvalidOperationException($"No code for {node.GetType().Name}.");
        }
    }

    private Bound EmitConstant(long value)
    {
        _code.Integer(value);
        return new(RuleValueKind.Integer) { Integer = value };
    }

    private Bound EmitRegex(RegexLiteral regex)
    {
        _code.Write(RuleOpcode.Regex);
        _code.Bytes(compileRegex(regex));
        return new(RuleValueKind.Regex);
    }

    private Bound EmitInteger(ExpressionNode node, string what)
    {
        var bound = Emit(node);
        return bound.Kind == RuleValueKind.Integer ? bound : throw Wrong(node, $"{what} is an integer; this is {bound.Shown}");
    }

    private Bound EmitLogical(LogicalNode logical)
    {
        EmitCondition(logical.Operands[0]);
        EmitRest(logical, 1);

        // What is undefined counts as false in it, and it is never undefined itself.
        _code.Write(RuleOpcode.Truth);
        return new(RuleValueKind.Boolean);
    }

    /// <summary>The operands from one on, each leapt over as a whole: one leap decides, however many follow.</summary>
    private void EmitRest(LogicalNode logical, int from)
    {
        // Written from the last, since each leap needs the length of what it leaps over.
        var parts = new List<byte[]>();
        for (var i = from; i < logical.Operands.Length; i++)
        {
            var start = _code.Position;
            EmitCondition(logical.Operands[i]);
            parts.Add(_code.From(start));
            _code.Truncate(start);
        }

        var lengths = new int[parts.Count];
        var rest = 0;
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            lengths[i] = rest + parts[i].Length;
            rest = lengths[i] + 1 + RuleCodeWriter.LengthOf(lengths[i]);
        }

        for (var i = 0; i < parts.Count; i++)
        {
            _code.Write(logical.IsAnd ? RuleOpcode.AndThen : RuleOpcode.OrElse);
            _code.Number(lengths[i]);
            _code.Raw(parts[i]);
        }
    }

    private Bound EmitUnary(UnaryNode unary)
    {
        switch (unary.Operator)
        {
            case UnaryOperator.Not:
                var negated = Emit(unary.Operand);
                if (negated.Kind is RuleValueKind.Struct or RuleValueKind.Array or RuleValueKind.Dictionary or RuleValueKind.Regex or RuleValueKind.Undefined)
                    throw Wrong(unary.Operand, $"{negated.Shown} is neither true nor false");
                _code.Write(RuleOpcode.Not);
                return new(RuleValueKind.Boolean);
            case UnaryOperator.Defined:
                var asked = Emit(unary.Operand);
                if (asked.Kind == RuleValueKind.Undefined)
                    throw Wrong(unary.Operand, $"{asked.Shown} is always defined");
                _code.Write(RuleOpcode.Defined);
                return new(RuleValueKind.Boolean);
        }

        var start = _code.Position;
        var operand = Emit(unary.Operand);
        if (operand.Integer is { } constant)
        {
            _code.Truncate(start);
            return EmitConstant(unary.Operator == UnaryOperator.Minus ? unchecked(-constant) : ~constant);
        }

        if (operand.Kind == RuleValueKind.Float && unary.Operator == UnaryOperator.Minus)
        {
            _code.Write(RuleOpcode.Minus);
            return new(RuleValueKind.Float) { Float = -operand.Float };
        }

        if (operand.Kind != RuleValueKind.Integer)
            throw Wrong(unary.Operand, $"{(unary.Operator == UnaryOperator.Minus ? "- is for numbers" : "~ is for integers")}; this is {operand.Shown}");
        _code.Write(unary.Operator == UnaryOperator.Minus ? RuleOpcode.Minus : RuleOpcode.BitwiseNot);
        return new(RuleValueKind.Integer);
    }
}
