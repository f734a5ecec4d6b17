using System.Collections.Immutable;

namespace Perisai.Engine.Matching.Automata;

/// <summary>
/// A place in an expression by which it is found: every match that passes it begins there with one of a few literals.
/// </summary>
/// <param name="Forward">Where the program that reads on is entered.</param>
/// <param name="Backward">Where the program that reads back is entered.</param>
/// <param name="Group">The tables that its grams go into.</param>
/// <param name="Literals">The literals, as long as was useful; the gram is their beginning.</param>
internal sealed record AutomatonAtom(int Forward, int Backward, GramGroup Group, ImmutableArray<BytesNode> Literals);
