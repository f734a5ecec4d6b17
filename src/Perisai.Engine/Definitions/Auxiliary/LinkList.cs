using System.Text;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Definitions.Auxiliary;

/// <summary>
/// Hosts and expressions that links are looked up in: those that are protected, or those that are allowed. What is looked up ends in a solidus, as all entries
/// do, so that an entry is found by the text before each solidus; an expression runs only where a link holds one of its endings. Immutable.
/// </summary>
internal sealed class LinkList
{
    /// <summary>Links are short; more steps than these tell of an expression that is hostile.</summary>
    private const long MaximumSteps = 1_000_000;

    private readonly HashSet<string> _hosts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Expression>> _endings = new(StringComparer.Ordinal);
    private readonly int[] _hostLengths;
    private readonly int[] _endingLengths;

    public LinkList(IEnumerable<AuxiliaryDefinition> definitions)
    {
        foreach (var definition in definitions)
        {
            if (definition.Fields[0] == AuxiliaryFields.Host)
            {
                _hosts.Add(definition.Fields[1]);
                continue;
            }

            var expression = new Expression(definition.Fields[1]);
            foreach (var ending in definition.Fields[2].Split(AuxiliaryFields.Separator))
            {
                if (!_endings.TryGetValue(ending, out var expressions))
                    _endings.Add(ending, expressions = []);
                expressions.Add(expression);
            }
        }

        _hostLengths = [.. _hosts.Select(host => host.Length).Distinct().Order()];
        _endingLengths = [.. _endings.Keys.Select(ending => ending.Length).Distinct().Order()];
    }

    public bool IsEmpty => _hosts.Count == 0 && _endings.Count == 0;

    /// <summary>Whether an expression matches.</summary>
    /// <param name="text">What is looked up: one character a byte.</param>
    /// <param name="budget">What all links of a text may cost; where it is used up, nothing matches.</param>
    public bool MatchesExpression(string text, ref ByteRegexBudget budget)
    {
        if (_endings.Count == 0)
            return false;
        byte[]? bytes = null;
        var lookup = _endings.GetAlternateLookup<ReadOnlySpan<char>>();
        HashSet<Expression>? tried = null;
        for (var end = text.IndexOf('/') + 1; end > 0; end = text.IndexOf('/', end) + 1)
        {
            foreach (var length in _endingLengths)
            {
                if (length > end)
                    break;
                if (!lookup.TryGetValue(text.AsSpan(end - length, length), out var expressions))
                    continue;
                foreach (var expression in expressions)
                {
                    if ((tried ??= []).Add(expression) && expression.Matches(bytes ??= Encoding.Latin1.GetBytes(text), ref budget))
                        return true;
                }
            }
        }

        return false;
    }

    /// <summary>The entries that are hosts and that the text ends with, shortest first.</summary>
    public IEnumerable<string> HostsAtEnd(string text)
    {
        foreach (var length in _hostLengths)
        {
            if (length > text.Length)
                yield break;
            if (_hosts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text.AsSpan(text.Length - length), out var host))
                yield return host;
        }
    }

    /// <summary>An expression, compiled when it is first tried.</summary>
    private sealed class Expression(string text)
    {
        private ByteRegex? _compiled;

        public bool Matches(byte[] link, ref ByteRegexBudget budget)
        {
            // Threads that compile at once make the same.
            var compiled = _compiled ??= ByteRegex.Compile(text);
            var one = new ByteRegexBudget { StepsLeft = Math.Min(MaximumSteps, budget.StepsLeft) };
            var granted = one.StepsLeft;
            var matches = granted > 0 && compiled.Match(link, 0, ref one).Success;
            budget.StepsLeft -= granted - Math.Max(0, one.StepsLeft);
            return matches;
        }
    }
}
