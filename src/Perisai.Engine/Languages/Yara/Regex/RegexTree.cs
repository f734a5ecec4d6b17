using System.Collections.Immutable;
using Perisai.Engine.Matching.Automata;

namespace Perisai.Engine.Languages.Yara.Regex;

/// <summary>A parsed regular expression.</summary>
/// <param name="Root">What it matches.</param>
/// <param name="HasGreedy">Whether some quantifier prefers more.</param>
/// <param name="HasLazy">Whether some quantifier prefers fewer.</param>
/// <param name="Mixed">Where the first quantifier stands that is not of the kind of those before; null where all are of one kind.</param>
/// <param name="UnboundedDot">Where <c>.*</c>, <c>.+</c> or <c>.{2,}</c> stands; null where there is none.</param>
/// <param name="UnknownEscapes">Where a backslash has no meaning.</param>
internal sealed record RegexTree(
    AutomatonNode Root, bool HasGreedy, bool HasLazy, (int Start, int End)? Mixed, (int Start, int End)? UnboundedDot,
    ImmutableArray<(int Start, int End)> UnknownEscapes);
