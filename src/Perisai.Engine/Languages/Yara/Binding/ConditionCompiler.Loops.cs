using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Languages.Yara.Binding;

internal sealed partial class ConditionCompiler
{
    private Bound EmitForOf(ForOfNode loop)
    {
        var members = StringsOf(loop.Set);
        EmitQuantifier(loop.Quantifier, members.Length);
        EnterLoop(loop.Span);
        var slot = TakeSlots(1, loop.Span);
        _code.Write(RuleOpcode.ForStrings);
        _code.Byte((int)loop.Quantifier.Kind);
        _code.Number(slot);
        EmitMembers(members);
        _stringLoops.Push(slot);
        _code.Body(() => EmitCondition(loop.Body));
        _stringLoops.Pop();
        _slots--;
        LeaveLoop(0);
        return new(RuleValueKind.Boolean);
    }

    private Bound EmitForIn(ForInNode loop)
    {
        EmitQuantifier(loop.Quantifier, loop.Iterable.Values.IsEmpty ? null : loop.Iterable.Values.Length);
        var iterable = loop.Iterable;
        if (iterable.Range is { } range)
        {
            EmitLoopRange(range);
            EmitLoop(RuleOpcode.ForRange, loop, [new(RuleValueKind.Integer)], null);
        }
        else if (iterable.Collection is { } collection)
        {
            var bound = Emit(collection);
            if (bound.Type is ArrayType array)
                EmitLoop(RuleOpcode.ForArray, loop, [Bound.Of(array.Element)], null);
            else if (bound.Type is DictionaryType dictionary)
                EmitLoop(RuleOpcode.ForDictionary, loop, [new(RuleValueKind.Text), Bound.Of(dictionary.Element)], null);
            else
                throw Wrong(collection, $"{bound.Shown} has no elements to go through");
        }
        else
        {
            var kind = RuleValueKind.Undefined;
            foreach (var value in iterable.Values)
            {
                var bound = Emit(value);
                if (bound.Kind is not (RuleValueKind.Integer or RuleValueKind.Text) || (kind != RuleValueKind.Undefined && bound.Kind != kind))
                    throw Wrong(value, "a list is of integers or of texts, all of one kind");
                kind = bound.Kind;
            }

            EmitLoop(RuleOpcode.ForValues, loop, [new(kind)], iterable.Values.Length);
        }

        return new(RuleValueKind.Boolean);
    }

    private void EmitLoopRange(RangeNode range)
    {
        var first = EmitInteger(range.First, "the bound of a range").Integer;
        var last = EmitInteger(range.Last, "the bound of a range").Integer;
        if (first > last)
            throw new YaraBindingException("yara.range", range.Span, $"this range is empty: {first} is above {last}");
    }

    private void EmitLoop(RuleOpcode opcode, ForInNode loop, Bound[] types, int? count)
    {
        if (loop.Variables.Length != types.Length)
        {
            throw new YaraBindingException("yara.loop-variables", loop.Variables[0].Span,
                types.Length == 2 ? "a dictionary is gone through with two variables: for any key, value in …" : "one variable goes through this, not several");
        }

        EnterLoop(loop.Span);
        var slot = TakeSlots(types.Length, loop.Span);
        _code.Write(opcode);
        _code.Byte((int)loop.Quantifier.Kind);
        _code.Number(slot);
        if (count is { } values)
            _code.Number(values);
        for (var i = 0; i < types.Length; i++)
            Declare(loop.Variables[i], types[i], slot + i);
        _code.Body(() => EmitCondition(loop.Body));
        _slots -= types.Length;
        LeaveLoop(types.Length);
    }

    /// <summary>Places for variables, free again when the loop that has them ends.</summary>
    private int TakeSlots(int count, SourceSpan span)
    {
        if (_slots + count > RuleCodeWriter.SlotCount)
            throw new YaraBindingException("yara.too-many-variables", span, $"a condition has at most {RuleCodeWriter.SlotCount} variables at one place");
        _slots += count;
        return _slots - count;
    }

    private void Declare(NameNode name, Bound type, int slot)
    {
        if (_variables.Exists(variable => variable.Name == name.Name))
            throw new YaraBindingException("yara.duplicated-variable", name.Span, $"{name.Name} is a variable of a loop around this already");
        _variables.Add((name.Name, type with { Integer = null, Float = null, Text = null }, slot));
    }

    private void EnterLoop(SourceSpan span)
    {
        if (++_loopDepth > MaximumLoopDepth)
            throw new YaraBindingException("yara.loops-too-deep", span, $"loops are nested at most {MaximumLoopDepth} deep");
    }

    private void LeaveLoop(int variables)
    {
        _variables.RemoveRange(_variables.Count - variables, variables);
        _loopDepth--;
    }

    private Bound EmitWith(WithNode with)
    {
        var declared = 0;
        foreach (var (name, value) in with.Variables)
        {
            var bound = Emit(value);
            var slot = TakeSlots(1, name.Span);
            _code.Write(RuleOpcode.Store);
            _code.Number(slot);
            Declare(name, bound, slot);
            declared++;
        }

        EmitCondition(with.Body);
        _variables.RemoveRange(_variables.Count - declared, declared);
        _slots -= declared;
        return new(RuleValueKind.Boolean);
    }
}
