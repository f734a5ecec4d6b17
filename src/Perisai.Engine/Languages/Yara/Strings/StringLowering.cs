using System.Text;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Matching;
namespace Perisai.Engine.Languages.Yara.Strings;
internal static class StringLowering
{
    public static RuleString Lower(StringNode node, bool strict, Action<Diagnostic> report)
    {
        var text = node is TextStringNode t ? Encoding.Latin1.GetBytes(t.Value) : "stubstub"u8.ToArray();
        var masks = new byte[text.Length];
        Array.Fill(masks, (byte)0xFF);
        return new(node.Identifier, node.Modifiers.IsPrivate, false, [new(0, 0, [new LiteralSearch([new BytesNode(text, masks)])])]);
    }
}
