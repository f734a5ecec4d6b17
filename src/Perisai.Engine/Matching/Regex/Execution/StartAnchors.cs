using Perisai.Engine.Matching.Regex.Syntax;

namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>Where alone a match can start.</summary>
internal enum StartAnchor : byte
{
    None,

    /// <summary>At the first byte of the input.</summary>
    SubjectStart,

    /// <summary>Where the search starts.</summary>
    SearchStart,

    /// <summary>At the first byte or after a newline.</summary>
    Line,

    /// <summary>Where the search starts or after a newline.</summary>
    SearchStartOrLine,
}

/// <summary>Finds the <see cref="StartAnchor"/> of an expression.</summary>
internal static class StartAnchors
{
    /// <summary>
    /// <paramref name="mayCover"/>: whether a leading <c>.*</c> counts. What fails after one from some start fails from every later start that
    /// it could have reached; but not where the rest can see what it read.
    /// </summary>
    public static StartAnchor Of(RegexNode node, bool mayCover)
    {
        switch (node)
        {
            case AssertionNode { Kind: AssertionKind.SubjectStart }:
                return StartAnchor.SubjectStart;
            case AssertionNode { Kind: AssertionKind.SearchStart }:
                return StartAnchor.SearchStart;
            case AssertionNode { Kind: AssertionKind.LineStart }:
                return StartAnchor.Line;
            case RepeatNode { Body: SetNode { Set: var set }, Maximum: < 0, Mode: not RepeatMode.Possessive } when mayCover:
                return set.IsAll ? StartAnchor.SearchStart
                    : set == ByteClasses.NotNewline ? StartAnchor.SearchStartOrLine
                    : StartAnchor.None;
            case CaptureNode capture:
                return Of(capture.Body, mayCover);
            case AtomicNode atomic:
                return Of(atomic.Body, mayCover: false);
            case SequenceNode { Items.Count: > 0 } sequence:
                return Of(sequence.Items[0], mayCover);
            case AlternationNode alternation:
                var anchor = Of(alternation.Branches[0], mayCover);
                for (var i = 1; i < alternation.Branches.Count; i++)
                {
                    if (Of(alternation.Branches[i], mayCover) != anchor)
                        return StartAnchor.None;
                }

                return anchor;
            default:
                return StartAnchor.None;
        }
    }
}
