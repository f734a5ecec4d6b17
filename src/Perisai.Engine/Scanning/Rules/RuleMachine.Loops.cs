using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Scanning.Rules;

internal sealed partial class RuleMachine
{
    private void ForStrings(ref RuleCodeReader reader)
    {
        var quantifier = (RuleQuantifier)reader.Byte();
        var value = quantifier >= RuleQuantifier.Number ? Pop() : default;
        var slot = reader.Small();
        var total = reader.Small();
        var members = reader.Position;
        for (var i = 0; i < total; i++)
            reader.Number();
        var length = reader.Small();
        var body = reader.Position;
        var loop = new Loop(quantifier, value);
        reader.Position = members;
        for (var i = 0; i < total && !loop.IsDecided; i++)
        {
            _slots[slot] = RuleValue.Of((long)reader.Small());
            loop.Add(Body(body, length));
        }

        reader.Position = body + length;
        Push(loop.Result(total));
    }

    private void ForEach(RuleOpcode opcode, ref RuleCodeReader reader)
    {
        var quantifier = (RuleQuantifier)reader.Byte();
        var slot = reader.Small();
        var count = opcode == RuleOpcode.ForValues ? reader.Small() : 0;
        var length = reader.Small();
        var body = reader.Position;
        reader.Position += length;
        switch (opcode)
        {
            case RuleOpcode.ForRange:
                ForRange(quantifier, slot, body, length);
                break;
            case RuleOpcode.ForValues:
                var values = _stack.AsSpan(_top - count, count).ToArray();
                _top -= count;
                ForItems(quantifier, slot, body, length, count, i => values[i]);
                break;
            case RuleOpcode.ForArray:
                var array = Pop();
                if (array.Kind == RuleValueKind.Array)
                    ForItems(quantifier, slot, body, length, array.Array.Count, i => array.Array.Get(i));
                else
                    ForNothing(quantifier);
                break;
            default:
                var dictionary = Pop();
                if (dictionary.Kind == RuleValueKind.Dictionary)
                    ForEntries(quantifier, slot, body, length, dictionary.Dictionary);
                else
                    ForNothing(quantifier);
                break;
        }
    }

    private RuleValue PopQuantifier(RuleQuantifier quantifier) => quantifier >= RuleQuantifier.Number ? Pop() : default;

    /// <summary>What is not there has no members of which something holds: false, as in YARA, also of all.</summary>
    private void ForNothing(RuleQuantifier quantifier)
    {
        PopQuantifier(quantifier);
        Push(RuleValue.Of(false));
    }

    private void ForRange(RuleQuantifier quantifier, int slot, int body, int length)
    {
        var last = Pop();
        var first = Pop();
        if (first.IsUndefined || last.IsUndefined || last.Integer < first.Integer)
        {
            ForNothing(quantifier);
            return;
        }

        var loop = new Loop(quantifier, PopQuantifier(quantifier));
        for (var i = first.Integer; !loop.IsDecided && !WasCutShort; i++)
        {
            _slots[slot] = RuleValue.Of(i);
            loop.Add(Body(body, length));
            if (i == last.Integer)
                break;
        }

        var total = last.Integer - first.Integer;
        Push(loop.Result(total == long.MaxValue || total < 0 ? long.MaxValue : total + 1));
    }

    private void ForItems(RuleQuantifier quantifier, int slot, int body, int length, int total, Func<int, RuleValue> item)
    {
        var loop = new Loop(quantifier, PopQuantifier(quantifier));
        for (var i = 0; i < total && !loop.IsDecided; i++)
        {
            _slots[slot] = item(i);
            loop.Add(Body(body, length));
        }

        Push(loop.Result(total));
    }

    private void ForEntries(RuleQuantifier quantifier, int slot, int body, int length, RuleDictionary dictionary)
    {
        var loop = new Loop(quantifier, PopQuantifier(quantifier));
        for (var i = 0; i < dictionary.Count && !loop.IsDecided; i++)
        {
            _slots[slot] = RuleValue.Of(dictionary[i].Key);
            _slots[slot + 1] = dictionary[i].Value;
            loop.Add(Body(body, length));
        }

        Push(loop.Result(dictionary.Count));
    }

    private bool Body(int start, int length)
    {
        Execute(start, start + length);
        return Pop().IsTrue;
    }

    /// <summary>Counts members of which the body holds, and stops as soon as the rest cannot change the answer.</summary>
    private struct Loop(RuleQuantifier quantifier, RuleValue value)
    {
        private long _holding;
        private long _seen;

        public readonly bool IsDecided => quantifier switch
        {
            RuleQuantifier.Any => _holding > 0,
            RuleQuantifier.None => _holding > 0,
            RuleQuantifier.All => _holding < _seen,
            RuleQuantifier.Number when !value.IsUndefined => value.Integer == 0 ? _holding > 0 : _holding >= value.Integer,
            _ => false,
        };

        public void Add(bool holds)
        {
            _seen++;
            _holding += holds ? 1 : 0;
        }

        /// <summary>The answer; of no members nothing holds.</summary>
        public readonly RuleValue Result(long total) => RuleValue.Of(total > 0 && IsEnough(quantifier, value, _holding, total));
    }
}
