using System.Collections.Immutable;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Matching.Automata;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Languages.Yara.Strings;

/// <summary>Hex strings as expressions. Their jumps prefer fewer bytes.</summary>
internal static class HexExpression
{
    public static AutomatonNode Of(ImmutableArray<HexNode> body) => new SequenceNode([.. body.Select(Of)]);

    private static AutomatonNode Of(HexNode node) => node switch
    {
        HexByteNode { IsNegated: true } negated => new SetNode(~new MaskedByte(negated.Value, negated.Mask).ToSet(), SetOrigin.Class),
        HexByteNode one => new SetNode(
            new MaskedByte(one.Value, one.Mask).ToSet(), one.Mask == 0xFF ? SetOrigin.Literal : SetOrigin.Masked, one.Value, one.Mask),
        HexJumpNode jump => new RepeatNode(new SetNode(ByteSet.All, SetOrigin.Dot), jump.Minimum, jump.Maximum, isLazy: true) { IsJump = true },
        _ => new ChoiceNode([.. ((HexAlternativesNode)node).Alternatives.Select(Of)]),
    };
}
