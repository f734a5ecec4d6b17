namespace Perisai.Engine.Matching.Regex.Syntax;

/// <summary>
/// A part of a parsed expression. Lengths are in bytes and known at construction; <see cref="Unbounded"/> stands for no limit.
/// Nodes do not change once the parser has resolved their references.
/// </summary>
internal abstract class RegexNode
{
    public const long Unbounded = long.MaxValue;

    /// <summary>Fewest bytes that a match of this part reads: a lower bound.</summary>
    public long MinimumLength { get; protected init; }

    /// <summary>Most bytes that a match of this part reads: an upper bound.</summary>
    public long MaximumLength { get; protected init; }

    /// <summary>Nodes on the longest way down, this one included. The parser keeps it below a limit, so that walks may recurse.</summary>
    public int Depth { get; protected init; } = 1;

    protected static long Add(long a, long b) => a == Unbounded || b == Unbounded || a > Unbounded / 2 || b > Unbounded / 2 ? Unbounded : a + b;

    protected static long Multiply(long a, long b) =>
        a == 0 || b == 0 ? 0 : a == Unbounded || b == Unbounded || a > Unbounded / 2 / b ? Unbounded : a * b;
}

/// <summary>One byte out of a set; the set may have one member, all, or none (then it never matches).</summary>
internal sealed class SetNode : RegexNode
{
    public SetNode(ByteSet set)
    {
        Set = set;
        MinimumLength = MaximumLength = 1;
    }

    public ByteSet Set { get; }
}

/// <summary>One part after another; without parts it matches the empty string.</summary>
internal sealed class SequenceNode : RegexNode
{
    public static readonly SequenceNode Empty = new([]);

    public SequenceNode(IReadOnlyList<RegexNode> items)
    {
        Items = items;
        foreach (var item in items)
        {
            MinimumLength = Add(MinimumLength, item.MinimumLength);
            MaximumLength = Add(MaximumLength, item.MaximumLength);
            Depth = Math.Max(Depth, item.Depth + 1);
        }
    }

    public IReadOnlyList<RegexNode> Items { get; }
}

/// <summary>One of several parts, tried in order.</summary>
internal sealed class AlternationNode : RegexNode
{
    public AlternationNode(IReadOnlyList<RegexNode> branches)
    {
        Branches = branches;
        MinimumLength = Unbounded;
        foreach (var branch in branches)
        {
            MinimumLength = Math.Min(MinimumLength, branch.MinimumLength);
            MaximumLength = Math.Max(MaximumLength, branch.MaximumLength);
            Depth = Math.Max(Depth, branch.Depth + 1);
        }
    }

    public IReadOnlyList<RegexNode> Branches { get; }
}

/// <summary>A capturing group.</summary>
internal sealed class CaptureNode : RegexNode
{
    public CaptureNode(int number, RegexNode body)
    {
        Number = number;
        Body = body;
        MinimumLength = body.MinimumLength;
        MaximumLength = body.MaximumLength;
        Depth = body.Depth + 1;
    }

    public int Number { get; }

    public RegexNode Body { get; }
}

/// <summary><c>(?>…)</c>: once matched, nothing inside is taken back.</summary>
internal sealed class AtomicNode : RegexNode
{
    public AtomicNode(RegexNode body)
    {
        Body = body;
        MinimumLength = body.MinimumLength;
        MaximumLength = body.MaximumLength;
        Depth = body.Depth + 1;
    }

    public RegexNode Body { get; }
}

/// <summary>How a quantifier chooses.</summary>
internal enum RepeatMode : byte
{
    Greedy,
    Lazy,
    Possessive,
}

/// <summary>A quantified part. A <see cref="Maximum"/> of -1 is without limit.</summary>
internal sealed class RepeatNode : RegexNode
{
    public RepeatNode(RegexNode body, int minimum, int maximum, RepeatMode mode)
    {
        Body = body;
        Minimum = minimum;
        Maximum = maximum;
        Mode = mode;
        MinimumLength = Multiply(body.MinimumLength, minimum);
        MaximumLength = Multiply(body.MaximumLength, maximum < 0 ? Unbounded : maximum);
        Depth = body.Depth + 1;
    }

    public RegexNode Body { get; }

    public int Minimum { get; }

    public int Maximum { get; }

    public RepeatMode Mode { get; }
}

/// <summary>A look ahead or behind; it reads nothing.</summary>
internal sealed class LookNode : RegexNode
{
    public LookNode(RegexNode body, bool isBehind, bool isNegative, int position)
    {
        Body = body;
        IsBehind = isBehind;
        IsNegative = isNegative;
        Position = position;
        Depth = body.Depth + 1;
    }

    public RegexNode Body { get; }

    public bool IsBehind { get; }

    public bool IsNegative { get; }

    /// <summary>Where it stands in the expression.</summary>
    public int Position { get; }

    /// <summary>
    /// How far back each branch of a look behind starts, in the order of the branches; set by <see cref="LookBehindLengths"/>.
    /// </summary>
    public int[] BranchLengths { get; set; } = [];

    public IReadOnlyList<RegexNode> Branches => Body is AlternationNode alternation ? alternation.Branches : [Body];
}

/// <summary>What an <see cref="AssertionNode"/> asserts.</summary>
internal enum AssertionKind : byte
{
    /// <summary><c>\A</c>, and <c>^</c> outside multiline mode.</summary>
    SubjectStart,

    /// <summary><c>\z</c>, and <c>$</c> with <see cref="ByteRegexOptions.DollarEndOnly"/>.</summary>
    SubjectEnd,

    /// <summary><c>\Z</c> and <c>$</c>: at the end, or before a newline that is the last byte.</summary>
    SubjectEndOrLastNewline,

    /// <summary><c>\G</c>: where the search started.</summary>
    SearchStart,

    /// <summary><c>^</c> in multiline mode.</summary>
    LineStart,

    /// <summary><c>$</c> in multiline mode.</summary>
    LineEnd,

    /// <summary><c>\b</c>.</summary>
    WordBoundary,

    /// <summary><c>\B</c>.</summary>
    NotWordBoundary,

    /// <summary><c>\K</c>: the reported match starts here. Always holds.</summary>
    MatchStart,

    /// <summary><c>(*FAIL)</c>: never holds.</summary>
    Fail,
}

/// <summary>Something that reads nothing.</summary>
internal sealed class AssertionNode(AssertionKind kind) : RegexNode
{
    public AssertionKind Kind { get; } = kind;
}

/// <summary>What a reference means: a number, or a name whose numbers are known when the whole expression is read.</summary>
internal sealed class GroupReference(int number, string? name, int position)
{
    public string? Name { get; } = name;

    public int Position { get; } = position;

    /// <summary>The groups meant, lowest first. More than one where a name is used for several groups.</summary>
    public int[] Numbers { get; set; } = name is null ? [number] : [];
}

/// <summary>The text of a group once more.</summary>
internal sealed class BackreferenceNode : RegexNode
{
    public BackreferenceNode(GroupReference reference, bool caseless)
    {
        Reference = reference;
        Caseless = caseless;
        MaximumLength = Unbounded;
    }

    public GroupReference Reference { get; }

    public bool Caseless { get; }
}

/// <summary>A group, or the whole expression (number 0), called as a subroutine.</summary>
internal sealed class CallNode : RegexNode
{
    public CallNode(GroupReference reference)
    {
        Reference = reference;
        MaximumLength = Unbounded;
    }

    public GroupReference Reference { get; }
}

/// <summary>What a conditional group asks.</summary>
internal enum ConditionKind : byte
{
    /// <summary>Whether (one of) the groups is set.</summary>
    GroupIsSet,

    /// <summary>Whether any call is running.</summary>
    InAnyCall,

    /// <summary>Whether the innermost running call is of (one of) the groups.</summary>
    InCallOf,

    /// <summary>Whether a look ahead or behind holds.</summary>
    Look,

    /// <summary><c>(?(VERSION…)</c> that is false, and <c>(?(DEFINE)…)</c>.</summary>
    Never,

    /// <summary><c>(?(VERSION…)</c> that is true.</summary>
    Always,
}

/// <summary>The condition of a <see cref="ConditionalNode"/>.</summary>
internal sealed record RegexCondition(ConditionKind Kind, GroupReference? Reference = null, LookNode? Look = null);

/// <summary><c>(?(condition)yes|no)</c>. Without a second branch <see cref="No"/> is null, which matches the empty string.</summary>
internal sealed class ConditionalNode : RegexNode
{
    public ConditionalNode(RegexCondition condition, RegexNode yes, RegexNode? no)
    {
        Condition = condition;
        Yes = yes;
        No = no;
        MinimumLength = Math.Min(yes.MinimumLength, no?.MinimumLength ?? 0);
        MaximumLength = Math.Max(yes.MaximumLength, no?.MaximumLength ?? 0);
        Depth = 1 + Math.Max(condition.Look?.Depth ?? 0, Math.Max(yes.Depth, no?.Depth ?? 0));
    }

    public RegexCondition Condition { get; set; }

    public RegexNode Yes { get; }

    public RegexNode? No { get; }
}
