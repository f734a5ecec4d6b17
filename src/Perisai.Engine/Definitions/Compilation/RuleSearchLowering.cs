using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Matching;

namespace Perisai.Engine.Definitions.Compilation;

/// <summary>Hands the searches of rules' strings to the matcher's tables.</summary>
internal static class RuleSearchLowering
{
    /// <summary>
    /// Adds one form of a part of a string. Each of its matches arrives at <see cref="IPatternSink.OnMatch"/> under the pattern's number, one start
    /// perhaps several times and with different ends: the string's <see cref="RuleString.KeepsLongest"/> says which one counts. What is handed over can
    /// always be searched, if slowly.
    /// </summary>
    public static SearchCost Add(this PatternSetBuilder builder, uint pattern, RuleSearch search)
    {
        switch (search)
        {
            case LiteralSearch literal:
                return builder.AddLiteral(pattern, literal.Bytes, literal.Options);
            case AutomatonSearch automaton:
                return builder.AddAutomaton(pattern, automaton.Automaton, automaton.Options);
            default:
                throw new ArgumentException($"No lowering for {search.GetType().Name}.", nameof(search));
        }
    }
}
