using System.Text;
using System.Text.RegularExpressions;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules;

/// <summary>
/// The ten-line evaluator of conditions, for what the cases of modules need: it walks the tree and asks the modules. Searching, and whatever else needs the
/// engine, is not in it but for plain strings.
/// </summary>
internal sealed class ModuleConditions(byte[] input)
{
    private readonly Dictionary<string, RuleStruct> _modules = [];
    private readonly Dictionary<string, RuleValue> _variables = [];
    private RuleNode _rule = null!;

    /// <summary>What the console printed.</summary>
    public List<string> Printed { get; } = [];

    public static bool Holds(byte[] rules, byte[] input) => new ModuleConditions(input).Holds(rules);

    public bool Holds(byte[] rules)
    {
        var parser = new Parser((_, _) => throw new InvalidOperationException(), diagnostic => throw new InvalidOperationException(diagnostic.ToString()));
        _rule = parser.Parse(new SourceText("test", rules)).Rules[0];
        return Evaluate(_rule.Condition).Value.IsTrue;
    }

    /// <summary>A value with its type, which says what its fields are; null for plain values.</summary>
    private (RuleValue Value, ModuleType? Type) Evaluate(ExpressionNode node) => node switch
    {
        BooleanNode literal => (RuleValue.Of(literal.Value), null),
        IntegerNode literal => (RuleValue.Of(literal.Value), null),
        FloatNode literal => (RuleValue.Of(literal.Value), null),
        TextNode literal => (RuleValue.Of(Encoding.Latin1.GetBytes(literal.Value)), null),
        RegexExpressionNode literal => (RuleValue.Of(new TestRegex(literal.Regex)), null),
        FileSizeNode => (RuleValue.Of((long)input.Length), null),
        StringOffsetNode { Index: null } offset => (Offsets(offset.Name) is [var first, ..] ? RuleValue.Of((long)first) : RuleValue.Undefined, null),
        StringMatchNode { At: { } at } match => (RuleValue.Of(Offsets(match.Name).Contains((int)Number(at))), null),
        NameNode name => _variables.TryGetValue(name.Name, out var value) ? (value, null) : (RuleValue.Of(Module(name.Name)), Schema(name.Name)),
        MemberNode member => Member(member),
        IndexNode index => Element(index),
        CallNode call => Call(call),
        UnaryNode { Operator: UnaryOperator.Not } unary => (RuleValue.Of(!Evaluate(unary.Operand).Value.IsTrue), null),
        UnaryNode { Operator: UnaryOperator.Defined } unary => (RuleValue.Of(!Evaluate(unary.Operand).Value.IsUndefined), null),
        UnaryNode { Operator: UnaryOperator.Minus, Operand: FloatNode literal } => (RuleValue.Of(-literal.Value), null),
        UnaryNode { Operator: UnaryOperator.Minus } unary => (RuleValue.Of(-Number(unary.Operand)), null),
        LogicalNode logical => (RuleValue.Of(logical.IsAnd
            ? logical.Operands.All(operand => Evaluate(operand).Value.IsTrue)
            : logical.Operands.Any(operand => Evaluate(operand).Value.IsTrue)), null),
        BinaryNode binary => (Compute(binary.Operator, Evaluate(binary.Left).Value, Evaluate(binary.Right).Value), null),
        ForInNode { Quantifier.Kind: QuantifierKind.Any, Iterable.Range: { } range } loop => (RuleValue.Of(AnyHolds(loop, range)), null),
        _ => throw new NotSupportedException(node.ToString()),
    };

    private (RuleValue Value, ModuleType? Type) Member(MemberNode member)
    {
        var (value, type) = Evaluate(member.Object);
        var schema = (StructType)type!;
        var field = schema.IndexOf(member.Name);
        Assert.True(field >= 0, $"{schema.Name} has no field {member.Name}");
        return (value.IsUndefined ? value : value.Struct.Get(field), schema.Fields[field].Type);
    }

    private (RuleValue Value, ModuleType? Type) Element(IndexNode index)
    {
        var (value, type) = Evaluate(index.Object);
        return (value.IsUndefined ? value : value.Array.Get(Number(index.Index)), ((ArrayType)type!).Element);
    }

    private (RuleValue Value, ModuleType? Type) Call(CallNode call)
    {
        var member = (MemberNode)call.Function;
        var (owner, type) = Evaluate(member.Object);
        var schema = (StructType)type!;
        var field = schema.IndexOf(member.Name);
        Assert.True(field >= 0, $"{schema.Name} has no function {member.Name}");
        var arguments = call.Arguments.Select(argument => Evaluate(argument).Value).ToArray();
        if (arguments.Any(argument => argument.IsUndefined))
            return (RuleValue.Undefined, null);
        var overloads = ((FunctionType)schema.Fields[field].Type).Overloads;
        var letters = string.Concat(arguments.Select(argument => argument.Kind switch
        {
            RuleValueKind.Integer => 'i',
            RuleValueKind.Float => 'f',
            RuleValueKind.Text => 's',
            RuleValueKind.Regex => 'r',
            _ => 'b',
        }));
        var overload = overloads.ToList().FindIndex(one => one.Parameters == letters);
        Assert.True(overload >= 0, $"{member.Name} has no overload for {letters}");
        return (owner.Struct.Call(field, overload, arguments), overloads[overload].Result);
    }

    private bool AnyHolds(ForInNode loop, RangeNode range)
    {
        var (first, last) = (Evaluate(range.First).Value, Evaluate(range.Last).Value);
        if (first.IsUndefined || last.IsUndefined)
            return false;
        for (var i = first.Integer; i <= last.Integer; i++)
        {
            _variables[loop.Variables[0].Name] = RuleValue.Of(i);
            if (Evaluate(loop.Body).Value.IsTrue)
                return true;
        }

        return false;
    }

    private static RuleValue Compute(BinaryOperator operation, RuleValue left, RuleValue right)
    {
        if (left.IsUndefined || right.IsUndefined)
            return RuleValue.Undefined;
        if (left.Kind == RuleValueKind.Text)
        {
            Assert.Equal(BinaryOperator.Equal, operation);
            return RuleValue.Of(left.Text.SequenceEqual(right.Text));
        }

        if (left.Kind == RuleValueKind.Float || right.Kind == RuleValueKind.Float)
        {
            var (a, b) = (left.Kind == RuleValueKind.Float ? left.Float : left.Integer, right.Kind == RuleValueKind.Float ? right.Float : right.Integer);
            return RuleValue.Of(operation switch
            {
                BinaryOperator.Equal => a == b,
                BinaryOperator.Less => a < b,
                BinaryOperator.Greater => a > b,
                _ => throw new NotSupportedException(operation.ToString()),
            });
        }

        return operation switch
        {
            BinaryOperator.Equal => RuleValue.Of(left.Integer == right.Integer),
            BinaryOperator.Less => RuleValue.Of(left.Integer < right.Integer),
            BinaryOperator.Greater => RuleValue.Of(left.Integer > right.Integer),
            BinaryOperator.BitwiseAnd => RuleValue.Of(left.Integer & right.Integer),
            BinaryOperator.Subtract => RuleValue.Of(left.Integer - right.Integer),
            _ => throw new NotSupportedException(operation.ToString()),
        };
    }

    private long Number(ExpressionNode node) => Evaluate(node).Value is { IsUndefined: false } value ? value.Integer : long.MinValue;

    private RuleStruct Module(string name)
    {
        if (_modules.TryGetValue(name, out var known))
            return known;
        var module = RuleModules.Find(name);
        Assert.True(module is not null, $"no module {name}");
        var facts = module.Load(TestObject.Context(input, print: Printed.Add));
        _modules.Add(name, facts);
        return facts;
    }

    private static StructType Schema(string name) => RuleModules.Find(name)!.Schema;

    private List<int> Offsets(string name)
    {
        var pattern = _rule.Strings.Single(text => text.Name == name) switch
        {
            TextStringNode text => Encoding.Latin1.GetBytes(text.Value),
            HexStringNode hex => [.. hex.Body.Select(step => ((HexByteNode)step).Value)],
            var other => throw new NotSupportedException(other.ToString()),
        };
        return [.. Enumerable.Range(0, input.Length).Where(offset => input.AsSpan(offset).StartsWith(pattern))];
    }

    private sealed class TestRegex(RegexLiteral literal) : IRuleRegex
    {
        private readonly Regex _regex = new(literal.Pattern, literal.IgnoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);

        public bool IsMatch(ReadOnlySpan<byte> text) => _regex.IsMatch(Encoding.Latin1.GetString(text));
    }
}
