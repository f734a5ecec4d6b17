using System.Collections.Immutable;

namespace Perisai.Engine.Matching.Automata;

/// <summary>Masked bytes as an expression, for those that are too poor to be found by a gram.</summary>
internal static class LiteralExpression
{
    public static AutomatonNode Of(BytesNode bytes)
    {
        var items = ImmutableArray.CreateBuilder<AutomatonNode>(bytes.Values.Length);
        for (var i = 0; i < bytes.Values.Length; i++)
            items.Add(new SetNode(new MaskedByte(bytes.Values[i], bytes.Masks[i]).ToSet(), SetOrigin.Masked, bytes.Values[i], bytes.Masks[i]));
        return new SequenceNode(items.ToImmutable());
    }
}
