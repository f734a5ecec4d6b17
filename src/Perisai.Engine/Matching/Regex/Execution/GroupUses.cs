using Perisai.Engine.Matching.Regex.Syntax;

namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>Finds which groups something reads (references, conditions) and which are called. Group 0 is the whole expression.</summary>
internal sealed class GroupUses(int groupCount)
{
    public bool[] IsRead { get; } = new bool[groupCount + 1];

    public bool[] IsCalled { get; } = new bool[groupCount + 1];

    public void Visit(RegexNode? node)
    {
        switch (node)
        {
            case SequenceNode sequence:
                foreach (var item in sequence.Items)
                    Visit(item);
                break;
            case AlternationNode alternation:
                foreach (var branch in alternation.Branches)
                    Visit(branch);
                break;
            case CaptureNode capture:
                Visit(capture.Body);
                break;
            case AtomicNode atomic:
                Visit(atomic.Body);
                break;
            case RepeatNode repeat:
                Visit(repeat.Body);
                break;
            case LookNode look:
                Visit(look.Body);
                break;
            case BackreferenceNode backreference:
                Mark(IsRead, backreference.Reference);
                break;
            case CallNode call:
                IsCalled[call.Reference.Numbers[0]] = true;
                break;
            case ConditionalNode conditional:
                if (conditional.Condition is { Kind: ConditionKind.GroupIsSet, Reference: { } reference })
                    Mark(IsRead, reference);
                Visit(conditional.Condition.Look);
                Visit(conditional.Yes);
                Visit(conditional.No);
                break;
        }
    }

    private static void Mark(bool[] marks, GroupReference reference)
    {
        foreach (var number in reference.Numbers)
            marks[number] = true;
    }
}
