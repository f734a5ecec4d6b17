using System.Runtime.InteropServices;
using Perisai.Engine.Matching.Automata;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Definitions.Rules;

/// <summary>
/// Proves of the code of a condition, without running it, that the machine can: every instruction is known and whole, nothing is taken from an empty stack,
/// leaps and bodies of loops end inside of what is around them and leave one value, strings, rules, variables and modules exist, and functions
/// of modules get what they are declared with. One pass, linear in the code. What is proved holds for any object, since a value at run time has the kind that is
/// found here, or is undefined.
/// </summary>
/// <remarks>
/// A leap forwards makes a <em>region</em>, the stretch that it may leave out; so does the body of a loop. A region may not take what lay on the stack before it, and what it
/// stores in variables is not known behind it. The body of a loop is run again: what a variable held before may not be read in it where it is
/// overwritten later in it. A type: a state machine.
/// </remarks>
internal sealed class RuleCodeVerifier(RuleCodeNames names)
{
    /// <summary>Loops within loops; the machine runs them by recursion. The compiler allows eight.</summary>
    public const int MaximumLoopDepth = 16;

    private readonly List<Known> _stack = [];
    private readonly List<Region> _regions = [];
    private readonly List<Loop> _loops = [];
    private readonly Known[] _slots = new Known[RuleCodeWriter.SlotCount];
    private ulong _live;
    private uint _strings;
    private uint _rules;

    /// <summary>What is wrong with a program; null where nothing is.</summary>
    /// <param name="code">The program.</param>
    /// <param name="strings">Strings of the rule.</param>
    /// <param name="rules">Rules before it.</param>
    public string? FindFault(ReadOnlySpan<byte> code, uint strings, uint rules)
    {
        (_strings, _rules, _live) = (strings, rules, 0);
        _stack.Clear();
        _regions.Clear();
        _loops.Clear();
        var reader = new RuleCodeReader(code, 0);
        try
        {
            while (reader.Position < code.Length)
            {
                Step(code, ref reader);
                Leave(reader.Position);
            }

            return _regions.Count > 0 || _stack.Count != 1 ? $"it ends with {_stack.Count} values" : null;
        }
        catch (RuleCodeException fault)
        {
            return $"{fault.Message} before byte {reader.Position} of its code";
        }
        catch (Exception fault) when (fault is IndexOutOfRangeException or ArgumentOutOfRangeException or OverflowException)
        {
            return "its code is cut short";
        }
    }

    private int Floor => _regions.Count > 0 ? _regions[^1].Floor : 0;

    private void Push(Known value) => _stack.Add(value);

    private void Push(RuleValueKind kind) => _stack.Add(new(kind));

    private Known Pop()
    {
        Ensure(_stack.Count > Floor, "a value is taken that is not there");
        var value = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private void Pop(int count)
    {
        for (; count > 0; count--)
            Pop();
    }

    private void Step(ReadOnlySpan<byte> code, ref RuleCodeReader reader)
    {
        var end = _regions.Count > 0 ? _regions[^1].End : code.Length;
        var opcode = reader.Opcode();
        switch (opcode)
        {
            case RuleOpcode.True or RuleOpcode.False or RuleOpcode.ModuleApplies or RuleOpcode.Rule:
                if (opcode == RuleOpcode.ModuleApplies)
                    ModuleOf(reader.Small());
                else if (opcode == RuleOpcode.Rule)
                    Ensure((uint)reader.Small() < _rules, "it names a rule that is not before it");
                Push(RuleValueKind.Boolean);
                break;
            case RuleOpcode.Undefined:
                Push(RuleValueKind.Undefined);
                break;
            case RuleOpcode.Integer:
                reader.Signed();
                Push(RuleValueKind.Integer);
                break;
            case RuleOpcode.Float:
                reader.Float();
                Push(RuleValueKind.Float);
                break;
            case RuleOpcode.Text or RuleOpcode.Regex:
                var length = reader.Small();
                Ensure(length <= end - reader.Position, "a text is longer than the code");
                if (opcode == RuleOpcode.Regex)
                    Ensure(AutomatonProgram.IsValid(MemoryMarshal.Cast<byte, uint>(code.Slice(reader.Position, length))), "a regular expression is none");
                reader.Position += length;
                Push(opcode == RuleOpcode.Text ? RuleValueKind.Text : RuleValueKind.Regex);
                break;
            case RuleOpcode.FileSize or RuleOpcode.EntryPoint:
                Push(RuleValueKind.Integer);
                break;
            case RuleOpcode.ReadInteger:
                Ensure((reader.Byte() & ~48) is 1 or 2 or 4 or 8, "an integer has an unknown width");
                Pop();
                Push(RuleValueKind.Integer);
                break;
            case >= RuleOpcode.StringMatches and <= RuleOpcode.StringLength:
                StringOperand(ref reader);
                Pop(opcode switch { RuleOpcode.StringMatches or RuleOpcode.StringCount => 0, RuleOpcode.StringMatchesIn or RuleOpcode.StringCountIn => 2, _ => 1 });
                Push(opcode <= RuleOpcode.StringMatchesIn ? RuleValueKind.Boolean : RuleValueKind.Integer);
                break;
            case RuleOpcode.OfStrings or RuleOpcode.OfRules:
                var quantifier = Quantifier(ref reader);
                var place = opcode == RuleOpcode.OfStrings ? reader.Byte() : (byte)0;
                Ensure(place <= 2, "a place is of an unknown kind");
                Members(ref reader, end, opcode == RuleOpcode.OfStrings ? _strings : _rules + 1);
                Pop(place + quantifier);
                Push(RuleValueKind.Boolean);
                break;
            case >= RuleOpcode.ForStrings and <= RuleOpcode.ForDictionary:
                EnterLoop(opcode, ref reader, end);
                break;
            case RuleOpcode.Store:
                Store(reader.Small(), Pop());
                break;
            case RuleOpcode.Load:
                Push(Load(reader.Small()));
                break;
            case RuleOpcode.External:
                var external = reader.Small();
                Ensure(external < names.Externals.Length, "it names an external variable that is not there");
                Push(names.Externals[external]);
                break;
            case RuleOpcode.Module:
                Push(new Known(RuleValueKind.Struct, ModuleOf(reader.Small())));
                break;
            case RuleOpcode.Field:
                Push(Known.Of(FieldOf(Pop(), reader.Small())));
                break;
            case RuleOpcode.Index or RuleOpcode.Key:
                Pop();
                var element = Pop().Type switch
                {
                    ArrayType array when opcode == RuleOpcode.Index => array.Element,
                    DictionaryType dictionary when opcode == RuleOpcode.Key => dictionary.Element,
                    _ => throw new RuleCodeException("an element is taken of what has none"),
                };
                Push(Known.Of(element));
                break;
            case RuleOpcode.Call:
                Call(reader.Small(), reader.Small(), reader.Small());
                break;
            case RuleOpcode.AndThen or RuleOpcode.OrElse:
                Pop();
                Enter(reader.Small(), end, reader.Position, isLoop: false);
                break;
            case RuleOpcode.Truth or RuleOpcode.Not or RuleOpcode.Defined:
                Pop();
                Push(RuleValueKind.Boolean);
                break;
            case RuleOpcode.Minus:
                var negated = Pop().Kind;
                Push(negated == RuleValueKind.Float ? negated : RuleValueKind.Integer);
                break;
            case RuleOpcode.BitwiseNot or RuleOpcode.Length:
                Pop();
                Push(RuleValueKind.Integer);
                break;
            case >= RuleOpcode.Equal and <= RuleOpcode.Modulo:
                var (right, left) = (Pop().Kind, Pop().Kind);
                Push(opcode < RuleOpcode.BitwiseOr && opcode is >= RuleOpcode.Equal ? RuleValueKind.Boolean
                    : right == RuleValueKind.Float || left == RuleValueKind.Float ? RuleValueKind.Float : RuleValueKind.Integer);
                break;
            default:
                throw new RuleCodeException($"instruction {(int)opcode} is unknown");
        }

        Ensure(reader.Position <= end, "an instruction runs over its end");
    }

    /// <summary>Leaves the regions that end at a place.</summary>
    private void Leave(int position)
    {
        while (_regions.Count > 0 && _regions[^1].End == position)
        {
            var region = _regions[^1];
            Ensure(_stack.Count == region.Floor + 1 && _stack[^1].Kind == RuleValueKind.Boolean, "a part leaves no truth value");
            _regions.RemoveAt(_regions.Count - 1);
            _live &= ~region.Stored;
            if (_regions.Count > 0)
                CollectionsMarshal.AsSpan(_regions)[^1].Stored |= region.Stored;
            if (region.IsLoop)
                _loops.RemoveAt(_loops.Count - 1);
        }
    }

    private void Enter(int length, int end, int position, bool isLoop)
    {
        Ensure(length > 0 && length <= end - position, "a part is longer than what is around it");
        _regions.Add(new() { End = position + length, Floor = _stack.Count, IsLoop = isLoop });
        if (!isLoop)
            return;
        Ensure(_loops.Count < MaximumLoopDepth, "loops are nested too deep");
        _loops.Add(default);
    }

    private void EnterLoop(RuleOpcode opcode, ref RuleCodeReader reader, int end)
    {
        var quantifier = Quantifier(ref reader);
        var slot = reader.Small();
        var value = new Known(RuleValueKind.Integer);
        var key = default(Known?);
        switch (opcode)
        {
            case RuleOpcode.ForStrings:
                Members(ref reader, end, _strings);
                value = Known.String;
                break;
            case RuleOpcode.ForRange:
                Pop(2);
                break;
            case RuleOpcode.ForValues:
                var count = reader.Small();
                for (var i = 0; i < count; i++)
                {
                    var one = Pop();
                    Ensure(one.Type is null && (i == 0 || one == value), "values of a list are of different kinds");
                    value = one;
                }

                break;
            case RuleOpcode.ForArray:
                value = Pop().Type is ArrayType array ? Known.Of(array.Element) : throw new RuleCodeException("a loop goes through what is no array");
                break;
            default:
                key = new(RuleValueKind.Text);
                value = Pop().Type is DictionaryType dictionary ? Known.Of(dictionary.Element) : throw new RuleCodeException("a loop goes through what is no dictionary");
                break;
        }

        Pop(quantifier);
        var length = reader.Small();
        Enter(length, end, reader.Position, isLoop: true);
        Store(slot, key ?? value);
        if (key is not null)
            Store(slot + 1, value);
    }

    private void Store(int slot, Known value)
    {
        Ensure((uint)slot < RuleCodeWriter.SlotCount, "a variable has no place");
        var bit = 1UL << slot;
        foreach (ref var loop in CollectionsMarshal.AsSpan(_loops))
        {
            Ensure((loop.ReadFromBefore & bit) == 0, "a variable from outside of a loop changes in it");
            loop.Stored |= bit;
        }

        if (_regions.Count > 0)
            CollectionsMarshal.AsSpan(_regions)[^1].Stored |= bit;
        _slots[slot] = value;
        _live |= bit;
    }

    private Known Load(int slot)
    {
        Ensure((uint)slot < RuleCodeWriter.SlotCount && (_live >> slot & 1) != 0, "a variable is read that has no value");
        foreach (ref var loop in CollectionsMarshal.AsSpan(_loops))
        {
            if ((loop.Stored >> slot & 1) == 0)
                loop.ReadFromBefore |= 1UL << slot;
        }

        return _slots[slot] == Known.String ? new(RuleValueKind.Integer) : _slots[slot];
    }

    private void StringOperand(ref RuleCodeReader reader)
    {
        var operand = reader.Small();
        if (operand > 0)
        {
            Ensure((uint)operand <= _strings, "it names a string that the rule has not");
            return;
        }

        var slot = reader.Small();
        Load(slot);
        Ensure(_slots[slot] == Known.String, "a variable stands for a string and is none");
    }

    /// <summary>A quantifier; gives how many values it takes.</summary>
    private static int Quantifier(ref RuleCodeReader reader)
    {
        var quantifier = (RuleQuantifier)reader.Byte();
        Ensure(quantifier <= RuleQuantifier.Percentage, "a quantifier is unknown");
        return quantifier >= RuleQuantifier.Number ? 1 : 0;
    }

    private static void Members(ref RuleCodeReader reader, int end, uint limit)
    {
        var count = reader.Small();
        Ensure(count <= end - reader.Position, "a list is longer than the code");
        for (var i = 0; i < count; i++)
            Ensure((uint)reader.Small() < limit, "a list names what is not there");
    }

    private StructType ModuleOf(int number)
    {
        Ensure(number < names.Modules.Length, "it names a module that is not there");
        return names.Modules[number];
    }

    private static ModuleType FieldOf(Known structure, int field)
    {
        var type = structure.Type as StructType ?? throw new RuleCodeException("a field is taken of what has none");
        Ensure(field < type.Fields.Length && type.Fields[field].Type is not FunctionType, "a field is not there");
        return type.Fields[field].Type;
    }

    private void Call(int field, int overload, int count)
    {
        Ensure(count <= _stack.Count - Floor, "a value is taken that is not there");
        var arguments = CollectionsMarshal.AsSpan(_stack)[^count..];
        Ensure(_stack.Count - count > Floor && _stack[^(count + 1)].Type is StructType, "a function is called of what has none");
        var type = (StructType)_stack[^(count + 1)].Type!;
        Ensure(field < type.Fields.Length && type.Fields[field].Type is FunctionType, "a function is not there");
        var overloads = ((FunctionType)type.Fields[field].Type).Overloads;
        Ensure(overload < overloads.Length && overloads[overload].Parameters.Length == count, "a function is called in a way that it has not");
        for (var i = 0; i < count; i++)
            Ensure(Fits(arguments[i].Kind, overloads[overload].Parameters[i]), "a function is called with what it does not take");
        Pop(count + 1);
        Push(Known.Of(overloads[overload].Result));
    }

    private static bool Fits(RuleValueKind kind, char parameter) => kind == RuleValueKind.Undefined || parameter switch
    {
        'i' => kind == RuleValueKind.Integer,
        'f' => kind is RuleValueKind.Float or RuleValueKind.Integer,
        's' => kind == RuleValueKind.Text,
        'r' => kind == RuleValueKind.Regex,
        _ => kind == RuleValueKind.Boolean,
    };

    private static void Ensure(bool condition, string what)
    {
        if (!condition)
            throw new RuleCodeException(what);
    }

    /// <summary>What is known of a value: its kind, or that it is undefined; and the type of what a module gives.</summary>
    private readonly record struct Known(RuleValueKind Kind, ModuleType? Type = null)
    {
        /// <summary>The number of a string, in the variable of a loop over strings.</summary>
        public static Known String { get; } = new((RuleValueKind)byte.MaxValue);

        public static Known Of(ModuleType type) => type switch
        {
            ScalarType scalar => new(scalar.Kind),
            StructType => new(RuleValueKind.Struct, type),
            ArrayType => new(RuleValueKind.Array, type),
            DictionaryType => new(RuleValueKind.Dictionary, type),
            _ => new(RuleValueKind.Undefined),
        };
    }

    /// <summary>A stretch of code that may be left out, or is run several times.</summary>
    private struct Region
    {
        public int End;

        /// <summary>Values on the stack that are not the region's.</summary>
        public int Floor;

        public bool IsLoop;

        /// <summary>Variables that it stores, a bit each.</summary>
        public ulong Stored;
    }

    private struct Loop
    {
        public ulong Stored;

        /// <summary>Variables that it reads as they were before it.</summary>
        public ulong ReadFromBefore;
    }

    private sealed class RuleCodeException(string message) : Exception(message);
}

/// <summary>What the code of rules names by number.</summary>
/// <param name="Externals">Kinds of external variables.</param>
/// <param name="Modules">Schemas of modules.</param>
internal sealed record RuleCodeNames(RuleValueKind[] Externals, StructType[] Modules);
