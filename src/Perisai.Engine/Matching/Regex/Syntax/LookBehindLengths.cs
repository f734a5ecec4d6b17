namespace Perisai.Engine.Matching.Regex.Syntax;

/// <summary>
/// Measures looks behind by PCRE2 10.42's rule: every branch of the look has one fixed length, and inside a branch all alternatives
/// of a group have the same length.
/// </summary>
internal sealed class LookBehindLengths(RegexNode root, IReadOnlyList<CaptureNode?> groups)
{
    private const int NotFixed = -1;
    private const int Unknown = -2;
    private const int InProgress = -3;

    /// <summary>The longest look behind, as in PCRE2.</summary>
    private const int MaximumLength = 65535;

    private readonly int[] _lengthByGroup = [.. Enumerable.Repeat(Unknown, groups.Count)];

    /// <summary>Fills <see cref="LookNode.BranchLengths"/> of every look.</summary>
    /// <exception cref="ByteRegexException">A look has no fixed length.</exception>
    public void Measure(IEnumerable<LookNode> looks)
    {
        foreach (var look in looks)
        {
            var branches = look.Branches;
            look.BranchLengths = new int[branches.Count];
            for (var i = 0; i < branches.Count; i++)
            {
                var length = Length(branches[i]);
                if (length < 0)
                {
                    throw new ByteRegexException(
                        $"Regular expression, position {look.Position}: a look behind has no fixed length.", look.Position);
                }

                look.BranchLengths[i] = length;
            }
        }
    }

    private int Length(RegexNode node)
    {
        switch (node)
        {
            case SetNode:
                return 1;

            case SequenceNode sequence:
                var total = 0;
                foreach (var item in sequence.Items)
                {
                    var length = Length(item);
                    if (length < 0)
                        return length;
                    total += length;
                    if (total > MaximumLength)
                        return NotFixed;
                }

                return total;

            case AlternationNode alternation:
                return Common(alternation.Branches);

            case CaptureNode capture:
                // A branch reset gives several groups one number; only the first of them is what a call means.
                return groups[capture.Number] == capture ? GroupLength(capture.Number) : Length(capture.Body);

            case AtomicNode atomic:
                return Length(atomic.Body);

            case RepeatNode { Body: LookNode }:
                return 0;

            case RepeatNode repeat:
                if (repeat.Minimum != repeat.Maximum)
                    return NotFixed;
                var once = Length(repeat.Body);
                if (once < 0)
                    return once;
                return (long)once * repeat.Minimum > MaximumLength ? NotFixed : once * repeat.Minimum;

            case LookNode or AssertionNode:
                return 0;

            case BackreferenceNode backreference:
                return backreference.Reference.Numbers.Length == 1 ? GroupLength(backreference.Reference.Numbers[0]) : NotFixed;

            case CallNode call:
                return GroupLength(call.Reference.Numbers[0]);

            case ConditionalNode conditional:
                return conditional.Condition.Kind == ConditionKind.Never && conditional.No is null ? 0
                    : conditional.No is null ? Length(conditional.Yes)
                    : Common([conditional.Yes, conditional.No]);

            default:
                return NotFixed;
        }
    }

    private int Common(IReadOnlyList<RegexNode> branches)
    {
        var length = Length(branches[0]);
        for (var i = 1; i < branches.Count && length >= 0; i++)
        {
            if (Length(branches[i]) != length)
                return NotFixed;
        }

        return length;
    }

    private int GroupLength(int number)
    {
        var body = number == 0 ? root : groups[number]?.Body;
        if (body is null)
            return NotFixed;

        // A group that contains itself has no length.
        switch (_lengthByGroup[number])
        {
            case InProgress:
                return NotFixed;
            case Unknown:
                _lengthByGroup[number] = InProgress;
                _lengthByGroup[number] = Length(body);
                break;
        }

        return _lengthByGroup[number];
    }
}
