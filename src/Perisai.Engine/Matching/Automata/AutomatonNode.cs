using System.Collections.Immutable;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Matching.Automata;

/// <summary>
/// A step of a regular expression or of a hex string, as its parser hands it over. Classes and not records: a node is also a place, and the places of
/// two equal nodes differ.
/// </summary>
internal abstract class AutomatonNode;

/// <summary>What a <see cref="SetNode"/> was written as; the set alone decides what matches.</summary>
internal enum SetOrigin : byte
{
    /// <summary>A byte, perhaps with its other case.</summary>
    Literal,

    /// <summary>A byte under a mask, such as <c>4?</c> or <c>??</c>.</summary>
    Masked,

    /// <summary>A dot.</summary>
    Dot,

    /// <summary>A class or a negation.</summary>
    Class,
}

/// <summary>One byte of a set.</summary>
/// <param name="set">Its values.</param>
/// <param name="origin">How it was written.</param>
/// <param name="value">Of a literal or a masked byte: the value as written.</param>
/// <param name="mask">Of a literal or a masked byte: the mask as written.</param>
internal sealed class SetNode(ByteSet set, SetOrigin origin, byte value = 0, byte mask = 0) : AutomatonNode
{
    public ByteSet Set { get; } = set;

    public SetOrigin Origin { get; } = origin;

    public byte Value { get; } = value;

    public byte Mask { get; } = mask;
}

/// <summary>One after the other; nothing where it is empty.</summary>
internal sealed class SequenceNode(ImmutableArray<AutomatonNode> items) : AutomatonNode
{
    public ImmutableArray<AutomatonNode> Items { get; } = items;
}

/// <summary>One of several, the first ones preferred.</summary>
internal sealed class ChoiceNode(ImmutableArray<AutomatonNode> alternatives) : AutomatonNode
{
    public ImmutableArray<AutomatonNode> Alternatives { get; } = alternatives;
}

/// <summary>Several times: at most <paramref name="maximum"/> where that is not null. Greedy ones prefer more, lazy ones fewer.</summary>
internal sealed class RepeatNode(AutomatonNode child, int minimum, int? maximum, bool isLazy) : AutomatonNode
{
    public AutomatonNode Child { get; } = child;

    public int Minimum { get; } = minimum;

    public int? Maximum { get; } = maximum;

    public bool IsLazy { get; } = isLazy;

    /// <summary>Whether a hex string's jump or a dot with bounds, so that it can part a string in two.</summary>
    public bool IsJump { get; init; }
}

/// <summary>Something that holds between two bytes.</summary>
internal sealed class AssertionNode(AutomatonAssertion kind) : AutomatonNode
{
    public AutomatonAssertion Kind { get; } = kind;
}

/// <summary>The kinds of <see cref="AssertionNode"/>; stored in programs.</summary>
internal enum AutomatonAssertion : byte
{
    /// <summary>The object's start.</summary>
    Start,

    /// <summary>The object's end.</summary>
    End,

    /// <summary>On one side a letter, a digit or an underscore, on the other none; the object's start and end are one as well.</summary>
    WordBoundary,

    /// <summary>The opposite.</summary>
    NotWordBoundary,
}
