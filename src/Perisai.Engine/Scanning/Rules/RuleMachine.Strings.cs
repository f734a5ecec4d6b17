using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Scanning.Rules;

internal sealed partial class RuleMachine
{
    private int StringOperand(ref RuleCodeReader reader)
    {
        var operand = reader.Small();
        return (int)_firstString + (operand == 0 ? (int)_slots[reader.Small()].Integer : operand - 1);
    }

    private RuleValue OfString(RuleOpcode opcode, int text)
    {
        var matches = _rules.Matches(text);
        switch (opcode)
        {
            case RuleOpcode.StringMatches:
                return RuleValue.Of(matches.Count > 0);
            case RuleOpcode.StringCount:
                return RuleValue.Of((long)matches.Count);
            case RuleOpcode.StringMatchesAt:
                var at = Pop();
                return at.IsUndefined ? at : RuleValue.Of(StandsAt(matches, at.Integer));
            case RuleOpcode.StringMatchesIn or RuleOpcode.StringCountIn:
                var last = Pop();
                var first = Pop();
                if (first.IsUndefined || last.IsUndefined)
                    return RuleValue.Undefined;
                var count = matches.CountBetween(first.Integer, last.Integer);
                return opcode == RuleOpcode.StringCountIn ? RuleValue.Of((long)count) : RuleValue.Of(count > 0);
            default:
                var number = Pop();
                if (number.IsUndefined || number.Integer < 1 || number.Integer > matches.Count)
                    return RuleValue.Undefined;
                var index = (int)number.Integer - 1;
                return RuleValue.Of(opcode == RuleOpcode.StringOffset ? matches.Start(index) : matches.Length(index));
        }
    }

    private static bool StandsAt(PartMatches matches, long offset)
    {
        var index = matches.FirstFrom(offset);
        return index < matches.Count && matches.Start(index) == offset;
    }

    private void OfStrings(ref RuleCodeReader reader)
    {
        var quantifier = (RuleQuantifier)reader.Byte();
        var place = reader.Byte();
        var last = place == 2 ? Pop() : default;
        var first = place > 0 ? Pop() : default;
        var value = quantifier >= RuleQuantifier.Number ? Pop() : default;
        var unknown = (place > 0 && first.IsUndefined) || (place == 2 && last.IsUndefined);
        var total = reader.Small();
        var holding = 0;
        for (var i = 0; i < total; i++)
        {
            var matches = _rules.Matches((int)_firstString + reader.Small());
            var holds = place switch
            {
                0 => matches.Count > 0,
                1 => !unknown && StandsAt(matches, first.Integer),
                _ => !unknown && matches.CountBetween(first.Integer, last.Integer) > 0,
            };
            holding += holds ? 1 : 0;
        }

        Push(unknown ? RuleValue.Undefined : RuleValue.Of(IsEnough(quantifier, value, holding, total)));
    }

    private void OfRules(ref RuleCodeReader reader)
    {
        var quantifier = (RuleQuantifier)reader.Byte();
        var value = quantifier >= RuleQuantifier.Number ? Pop() : default;
        var total = reader.Small();
        var holding = 0;
        for (var i = 0; i < total; i++)
            holding += _rules.Holds(reader.Small()) ? 1 : 0;
        Push(RuleValue.Of(IsEnough(quantifier, value, holding, total)));
    }

    /// <summary>Whether as many hold as are asked for. Where the number is not known, all are asked for, as in YARA.</summary>
    private static bool IsEnough(RuleQuantifier quantifier, in RuleValue value, long holding, long total) => quantifier switch
    {
        RuleQuantifier.Any => holding > 0,
        RuleQuantifier.None => holding == 0,
        RuleQuantifier.Number when !value.IsUndefined => value.Integer == 0 ? holding == 0 : holding >= value.Integer,
        RuleQuantifier.Percentage when !value.IsUndefined => holding * 100 >= value.Integer * total,
        _ => holding == total,
    };
}
