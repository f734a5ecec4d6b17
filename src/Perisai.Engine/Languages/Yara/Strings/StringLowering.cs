using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.Yara.Regex;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Matching.Automata;

namespace Perisai.Engine.Languages.Yara.Strings;

/// <summary>From the strings of rules to searches: every modifier becomes forms that are searched side by side.</summary>
internal sealed class StringLowering
{
    private readonly bool _strict;
    private readonly Action<Diagnostic> _report;

    private StringLowering(bool strict, Action<Diagnostic> report) => (_strict, _report) = (strict, report);

    /// <param name="node">The string.</param>
    /// <param name="strict">Whether unknown escapes of regular expressions are told (yara's <c>-E</c>).</param>
    /// <param name="report">Takes warnings.</param>
    /// <exception cref="YaraSyntaxException">The string cannot be searched.</exception>
    public static RuleString Lower(StringNode node, bool strict, Action<Diagnostic> report)
    {
        var lowering = new StringLowering(strict, report);
        return node switch
        {
            TextStringNode text => lowering.LowerText(text),
            HexStringNode hex => lowering.LowerHex(hex),
            _ => lowering.LowerRegex((RegexStringNode)node),
        };
    }

    private RuleString LowerText(TextStringNode node)
    {
        var (parts, quality) = TextForms.Lower(node);
        WarnWhereSlow(node, quality);
        return new(node.Identifier, node.Modifiers.IsPrivate, KeepsLongest: false, parts);
    }

    private RuleString LowerHex(HexStringNode node)
    {
        var root = HexExpression.Of(node.Body);
        var plain = StringModifiers.None;
        return new(node.Identifier, node.Modifiers.IsPrivate, KeepsLongest: false, LowerExpression(node, root, lastFirst: false, plain, "yara.hex-string", node.Span));
    }

    private RuleString LowerRegex(RegexStringNode node)
    {
        var tree = YaraRegexLiteral.Parse(node.Regex, node.Modifiers.NoCase, _strict, _report);
        if (tree.Mixed is { } mixed)
        {
            throw new YaraSyntaxException(
                YaraRegexLiteral.ErrorId, YaraRegexLiteral.SpanOf(node.Regex, mixed.Start, mixed.End),
                "greedy and lazy quantifiers cannot be mixed in the expression of a string: which end counts would not be certain");
        }

        if (tree.UnboundedDot is { } dot)
        {
            _report(YaraDiagnostics.Warning(
                "yara.unbounded-dot", YaraRegexLiteral.SpanOf(node.Regex, dot.Start, dot.End),
                $"{node.Identifier} contains .*, .+ or .{{x,}}: it goes on as far as it can",
                "use .{,N}, .{1,N} or .{x,N} with a reasonable N"));
        }

        return new(
            node.Identifier, node.Modifiers.IsPrivate, tree.HasGreedy, LowerExpression(node, tree.Root, tree.HasGreedy, node.Modifiers, YaraRegexLiteral.ErrorId, node.Regex.Span));
    }

    private ImmutableArray<RuleStringPart> LowerExpression(
        StringNode node, AutomatonNode root, bool lastFirst, StringModifiers modifiers, string errorId, SourceSpan span)
    {
        var parts = ImmutableArray.CreateBuilder<RuleStringPart>();
        var quality = AtomQuality.Maximum;
        foreach (var part in ExpressionParts.Of(root))
        {
            try
            {
                parts.Add(new(part.LinkMinimum, part.LinkMaximum, ExpressionForms.Of(part.Root, lastFirst, modifiers)));
            }
            catch (AutomatonException exception)
            {
                throw new YaraSyntaxException(errorId, span, $"this expression is too large: {exception.Message}");
            }

            quality = Math.Min(quality, AtomQuality.Of(part.Root, modifiers));
        }

        WarnWhereSlow(node, quality);
        return parts.ToImmutable();
    }

    private void WarnWhereSlow(StringNode node, int quality)
    {
        if (quality < AtomQuality.Sufficient)
        {
            _report(YaraDiagnostics.Warning(
                "yara.slow-string", node.Span, $"string \"{node.Identifier}\" may slow down scanning: it offers nothing rare to look for",
                "give it four bytes in a row that are neither wildcards nor alike"));
        }
    }
}
