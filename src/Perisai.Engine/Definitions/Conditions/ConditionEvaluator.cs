using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Definitions.Conditions;

/// <summary>What a condition can ask of the object and its matches.</summary>
internal interface IConditionFacts
{
    /// <summary>Matches of a subpattern of the definition under evaluation.</summary>
    uint Count(int subpattern);

    /// <summary>Whether a fact lies in a closed range; false where the object has no such fact.</summary>
    bool IsInRange(ObjectFact fact, long minimum, long maximum);

    /// <summary>Whether the containers around the object are these, from the nearest outwards.</summary>
    bool IsInside(ReadOnlySpan<byte> types);

    /// <summary>Whether the object has an icon like one of those in two groups, each a name or *.</summary>
    bool HasIcon(string firstGroup, string secondGroup);
}

/// <summary>Evaluates stored conditions (<see cref="ConditionEncoder"/>). Depth is bounded when they are written.</summary>
internal ref struct ConditionEvaluator(ReadOnlySpan<byte> code, IConditionFacts facts)
{
    private readonly ReadOnlySpan<byte> _code = code;
    private int _at;

    /// <summary>The value of a subtree and, for block counts, what matched in its branches that hold.</summary>
    private readonly record struct Result(bool Holds, ulong Count, ulong Distinct);

    public bool Evaluate() => EvaluateNode().Holds;

    private Result EvaluateNode()
    {
        switch (_code[_at++])
        {
            case ConditionEncoder.AllOf:
                return EvaluateOperands(needAll: true);
            case ConditionEncoder.AnyOf:
                return EvaluateOperands(needAll: false);
            case ConditionEncoder.Not:
                return new(!EvaluateNode().Holds, 0, 0);
            case ConditionEncoder.MatchCount:
                return EvaluateMatchCount();
            case ConditionEncoder.BlockCount:
                var comparison = (ComparisonOperator)_code[_at];
                var value = BinaryPrimitives.ReadUInt32LittleEndian(_code[(_at + 1)..]);
                var distinct = BinaryPrimitives.ReadUInt16LittleEndian(_code[(_at + 5)..]);
                _at += 7;
                var inner = EvaluateNode();
                // ClamAV hands the count on to a block around this one, and not which subpatterns it came from.
                return new(Compare(comparison, inner.Count, value) && BitOperations.PopCount(inner.Distinct) >= distinct, inner.Count, 0);
            case ConditionEncoder.FactInRange:
                var fact = (ObjectFact)_code[_at];
                var minimum = BinaryPrimitives.ReadInt64LittleEndian(_code[(_at + 1)..]);
                var maximum = BinaryPrimitives.ReadInt64LittleEndian(_code[(_at + 9)..]);
                _at += 17;
                return new(facts.IsInRange(fact, minimum, maximum), 0, 0);
            case ConditionEncoder.WithIcon:
                var (first, second) = (ReadText(), ReadText());
                var operand = EvaluateNode();
                return operand.Holds && facts.HasIcon(first, second) ? operand : default;
            default:
                var count = _code[_at];
                var types = _code.Slice(_at + 1, count);
                _at += 1 + count;
                return new(facts.IsInside(types), 0, 0);
        }
    }

    private string ReadText()
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(_code[_at..]);
        _at += 2 + length;
        return Encoding.UTF8.GetString(_code.Slice(_at - length, length));
    }

    private Result EvaluateOperands(bool needAll)
    {
        var count = BinaryPrimitives.ReadUInt16LittleEndian(_code[_at..]);
        _at += 2;
        var holds = needAll;
        ulong matches = 0, distinct = 0;
        for (var i = 0; i < count; i++)
        {
            var operand = EvaluateNode();
            holds = needAll ? holds & operand.Holds : holds | operand.Holds;
            if (!operand.Holds)
                continue;
            matches += operand.Count;
            distinct |= operand.Distinct;
        }

        return holds ? new(true, matches, distinct) : default;
    }

    private Result EvaluateMatchCount()
    {
        var comparison = (ComparisonOperator)_code[_at];
        var value = BinaryPrimitives.ReadUInt32LittleEndian(_code[(_at + 1)..]);
        var minimumDistinct = BinaryPrimitives.ReadUInt16LittleEndian(_code[(_at + 5)..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(_code[(_at + 7)..]);
        _at += 9;
        ulong matches = 0, distinct = 0, all = 0;
        for (var i = 0; i < count; i++, _at += 2)
        {
            var subpattern = BinaryPrimitives.ReadUInt16LittleEndian(_code[_at..]);
            var of = facts.Count(subpattern);
            matches += of;
            distinct |= of > 0 ? 1UL << (subpattern & 63) : 0;
            all |= 1UL << (subpattern & 63);
        }

        // A comparison that holds counts as matched for a block around it, even where it holds for want of matches (0=0), as in ClamAV.
        return new(Compare(comparison, matches, value) && BitOperations.PopCount(distinct) >= minimumDistinct, matches, all);
    }

    private static bool Compare(ComparisonOperator comparison, ulong left, ulong right) => comparison switch
    {
        ComparisonOperator.Equal => left == right,
        ComparisonOperator.Greater => left > right,
        _ => left < right,
    };
}
