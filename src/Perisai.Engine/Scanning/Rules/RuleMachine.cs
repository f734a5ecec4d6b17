using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Scanning.Rules;

/// <summary>
/// Runs conditions; see <see cref="RuleOpcode"/>. A stack of values, loops by recursion (the compiler limits their depth), no jump backwards. Time is
/// the budget's: when it ends, what is not decided is false and the object is reported as not looked at whole.
/// </summary>
internal sealed partial class RuleMachine(ScanOptions options)
{
    /// <summary>Instructions between two looks at the budget.</summary>
    private const int Slice = 1 << 12;

    private readonly RuleValue[] _slots = new RuleValue[RuleCodeWriter.SlotCount];
    private RuleValue[] _stack = new RuleValue[64];
    private int _top;
    private int _slice;
    private ObjectContext _object = null!;
    private BoundedReader? _reader;
    private ReadOnlyMemory<byte> _memory;
    private bool _inMemory;
    private Dictionary<Type, object>? _shared;
    private ObjectRules _rules = null!;
    private uint _firstString;

    /// <summary>Whether the budget ended before all was decided.</summary>
    public bool WasCutShort { get; private set; }

    /// <summary>Conditions and tests that were run, since the machine was made; for tests.</summary>
    public long Runs { get; private set; }

    public void Begin(ObjectContext context)
    {
        _object = context;
        _reader = null;
        _shared = null;
        _inMemory = context.Source.TryGetMemory(out _memory);
        WasCutShort = false;
    }

    /// <summary>Decides whether a rule holds, its namespace aside. The rules that it names are decided already.</summary>
    public void Evaluate(ObjectRules rules, int rule)
    {
        var record = rules.View.Rules[rule];
        var holds = true;
        for (var i = 0; holds && i < record.TestCount; i++)
            holds = TestHolds(rules, (int)rules.View.Lists[(int)record.FirstTest + i]);
        holds = holds && Run(rules, record.FirstString, (int)record.Code, (int)record.CodeLength);
        rules.SetAnswer(rule, holds);
    }

    /// <summary>Whether a shared test holds.</summary>
    public bool TestHolds(ObjectRules rules, int test)
    {
        if (rules.TestAnswer(test) == RuleAnswer.Unknown)
        {
            var range = rules.View.Tests[test];
            rules.SetTestAnswer(test, Run(rules, 0, (int)range.Start, (int)range.Length));
        }

        return rules.TestAnswer(test) == RuleAnswer.Holds;
    }

    private bool Run(ObjectRules rules, uint firstString, int start, int length)
    {
        Runs++;
        (_rules, _firstString, _top) = (rules, firstString, 0);
        Execute(start, start + length);
        return Pop().IsTrue;
    }

    private void Push(in RuleValue value)
    {
        if (_top == _stack.Length)
            Array.Resize(ref _stack, _top * 2);
        _stack[_top++] = value;
    }

    private RuleValue Pop() => _stack[--_top];

    /// <summary>Runs a stretch of code, which leaves one value.</summary>
    private void Execute(int start, int end)
    {
        var reader = new RuleCodeReader(_rules.View.Code, start);
        while (reader.Position < end)
        {
            if (++_slice >= Slice)
            {
                _slice = 0;
                WasCutShort |= !_object.Budget.CheckTime();
            }

            if (WasCutShort)
            {
                Push(RuleValue.Undefined);
                return;
            }

            Step(ref reader);
        }
    }

    private void Step(ref RuleCodeReader reader)
    {
        var opcode = reader.Opcode();
        switch (opcode)
        {
            case RuleOpcode.True:
                Push(RuleValue.Of(true));
                break;
            case RuleOpcode.False:
                Push(RuleValue.Of(false));
                break;
            case RuleOpcode.Undefined:
                Push(RuleValue.Undefined);
                break;
            case RuleOpcode.Integer:
                Push(RuleValue.Of(reader.Signed()));
                break;
            case RuleOpcode.Float:
                Push(RuleValue.Of(reader.Float()));
                break;
            case RuleOpcode.Text:
                PushText(ref reader);
                break;
            case RuleOpcode.Regex:
                PushRegex(ref reader);
                break;
            case RuleOpcode.FileSize:
                // A memory has no size.
                Push(_object.Source.Ranges is null ? RuleValue.Of(_object.Length) : RuleValue.Undefined);
                break;
            case RuleOpcode.EntryPoint:
                Push(_object.Facts?.EntryPoint is { } entry ? RuleValue.Of(entry) : RuleValue.Undefined);
                break;
            case RuleOpcode.ReadInteger:
                Push(ReadInteger(reader.Byte(), Pop()));
                break;
            case RuleOpcode.StringMatches or RuleOpcode.StringMatchesAt or RuleOpcode.StringMatchesIn or RuleOpcode.StringCount
                or RuleOpcode.StringCountIn or RuleOpcode.StringOffset or RuleOpcode.StringLength:
                Push(OfString(opcode, StringOperand(ref reader)));
                break;
            case RuleOpcode.OfStrings:
                OfStrings(ref reader);
                break;
            case RuleOpcode.OfRules:
                OfRules(ref reader);
                break;
            case RuleOpcode.ForStrings:
                ForStrings(ref reader);
                break;
            case RuleOpcode.ForRange or RuleOpcode.ForValues or RuleOpcode.ForArray or RuleOpcode.ForDictionary:
                ForEach(opcode, ref reader);
                break;
            case RuleOpcode.Store:
                _slots[reader.Small()] = Pop();
                break;
            case RuleOpcode.Load:
                Push(_slots[reader.Small()]);
                break;
            case RuleOpcode.Rule:
                Push(RuleValue.Of(_rules.Holds(reader.Small())));
                break;
            case RuleOpcode.External:
                Push(External(_rules.View.Externals[reader.Small()]));
                break;
            case RuleOpcode.Module:
                Push(Module(reader.Small()));
                break;
            case RuleOpcode.ModuleApplies:
                Push(RuleValue.Of(ModuleApplies(reader.Small())));
                break;
            case RuleOpcode.Field:
                var field = reader.Small();
                var structure = Pop();
                Push(structure.Kind == RuleValueKind.Struct ? structure.Struct.Get(field) : RuleValue.Undefined);
                break;
            case RuleOpcode.Index:
                var index = Pop();
                var array = Pop();
                Push(index.Kind == RuleValueKind.Integer && array.Kind == RuleValueKind.Array ? array.Array.Get(index.Integer) : RuleValue.Undefined);
                break;
            case RuleOpcode.Key:
                var key = Pop();
                var dictionary = Pop();
                Push(key.Kind == RuleValueKind.Text && dictionary.Kind == RuleValueKind.Dictionary ? dictionary.Dictionary.Get(key.Text) : RuleValue.Undefined);
                break;
            case RuleOpcode.Call:
                Call(reader.Small(), reader.Small(), reader.Small());
                break;
            case RuleOpcode.AndThen:
                Leap(ref reader, whenTrue: false);
                break;
            case RuleOpcode.OrElse:
                Leap(ref reader, whenTrue: true);
                break;
            case RuleOpcode.Truth:
                Push(RuleValue.Of(Pop().IsTrue));
                break;
            case RuleOpcode.Not:
                var negated = Pop();
                Push(negated.IsUndefined ? negated : RuleValue.Of(!negated.IsTrue));
                break;
            case RuleOpcode.Defined:
                Push(RuleValue.Of(!Pop().IsUndefined));
                break;
            case RuleOpcode.Minus or RuleOpcode.BitwiseNot or RuleOpcode.Length:
                Push(RuleOperators.Unary(opcode, Pop()));
                break;
            default:
                var right = Pop();
                var left = Pop();
                Push(RuleOperators.Binary(opcode, left, right));
                break;
        }
    }

    private void Leap(ref RuleCodeReader reader, bool whenTrue)
    {
        var length = reader.Small();
        if (_stack[_top - 1].IsTrue == whenTrue)
        {
            _stack[_top - 1] = RuleValue.Of(whenTrue);
            reader.Position += length;
        }
        else
        {
            _top--;
        }
    }

    private void PushText(ref RuleCodeReader reader)
    {
        var length = reader.Small();
        Push(RuleValue.Of(_rules.View.Code, reader.Position, length));
        reader.Position += length;
    }

    private void PushRegex(ref RuleCodeReader reader)
    {
        var length = reader.Small();
        Push(RuleValue.Of(_rules.View.Regex(reader.Position, length)));
        reader.Position += length;
    }

    private RuleValue ReadInteger(int shape, in RuleValue offset)
    {
        var width = shape & 15;
        if (offset.Kind != RuleValueKind.Integer || offset.Integer < 0 || offset.Integer > _object.Length - width)
            return RuleValue.Undefined;
        ReadOnlySpan<byte> bytes;
        if (_inMemory)
        {
            bytes = _memory.Span.Slice((int)offset.Integer, width);
        }
        else
        {
            _reader ??= new(_object.Source, _object.Budget);
            _reader.Position = offset.Integer;
            if (!_reader.TryPeekSpan(width, out bytes))
                return RuleValue.Undefined;
        }

        ulong value = 0;
        for (var i = 0; i < width; i++)
            value = (value << 8) | bytes[(shape & 32) != 0 ? i : width - 1 - i];
        return RuleValue.Of((shape & 16) != 0 ? (long)(value << (64 - (8 * width))) >> (64 - (8 * width)) : (long)value);
    }

    private RuleValue External(RuleExternal external) =>
        (options.Variables.GetValueOrDefault(external.Name) ?? external.Value) is { } value
            ? ExternalVariables.ValueOf(value) : FileVariables.ValueOf(external.Name, _object);

    /// <summary>The facts of a module as the rules of a segment know it, by its number there.</summary>
    public (RuleModule Module, RuleStruct Facts)? FactsOf(ObjectRules rules, int number)
    {
        var outer = _rules;
        _rules = rules;
        var facts = Module(number);
        _rules = outer;
        return facts.Kind == RuleValueKind.Struct ? (RuleModules.Find(rules.View.Modules[number])!, facts.Struct) : null;
    }

    private ModuleContext ContextOf(RuleModule module) => new(_object.Source, _object.Budget)
    {
        Print = options.RuleOutput,
        Data = options.ModuleData.TryGetValue(module.Name, out var data) ? data.ToArray() : null,
        Shared = _shared ??= [],
    };

    private RuleValue Module(int number)
    {
        if (!_rules.ModulesLoaded[number])
        {
            _rules.ModulesLoaded[number] = true;
            _rules.Modules[number] = RuleModules.Find(_rules.View.Modules[number]) is { } module
                ? RuleValue.Of(module.Load(ContextOf(module))) : RuleValue.Undefined;
        }

        return _rules.Modules[number];
    }

    private bool ModuleApplies(int number) =>
        RuleModules.Find(_rules.View.Modules[number]) is not { } module || module.MayApply(ContextOf(module));

    private void Call(int field, int overload, int count)
    {
        _top -= count;
        var arguments = _stack.AsSpan(_top, count);
        var defined = true;
        foreach (ref readonly var argument in arguments)
            defined &= !argument.IsUndefined;
        var target = _stack[_top - 1];
        var result = defined && target.Kind == RuleValueKind.Struct ? target.Struct.Call(field, overload, arguments) : RuleValue.Undefined;
        _stack[_top - 1] = result;
    }
}
