using System.Text;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.Yara.Strings;
using Perisai.Engine.Languages.Yara.Syntax;

namespace Perisai.Engine.Tests.Languages.Yara.Strings;

/// <summary>From what stands behind <c>$a =</c> to a lowered string.</summary>
internal static class YaraStrings
{
    public static RuleString Lower(string definition, List<Diagnostic>? warnings = null)
    {
        var node = Parse(Encoding.Latin1.GetBytes($"rule r {{ strings: $a = {definition} condition: $a }}"))[0];
        return StringLowering.Lower(node, strict: false, warnings is null ? _ => { } : warnings.Add);
    }

    public static IReadOnlyList<StringNode> Parse(byte[] rules)
    {
        var errors = new List<Diagnostic>();
        var parser = new Parser((name, _) => new SourceText(name, "rule foo { condition: true }"u8), errors.Add);
        var file = parser.Parse(new SourceText("rules.yar", rules));
        Assert.Empty(errors);
        return [.. file.Rules.SelectMany(rule => rule.Strings)];
    }
}
