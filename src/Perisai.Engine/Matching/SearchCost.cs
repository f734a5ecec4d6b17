namespace Perisai.Engine.Matching;

/// <summary>How one form of a string is found, and what that costs.</summary>
/// <param name="Group">The tables of its atoms.</param>
/// <param name="Places">Estimated places in a GiB of ordinary files, of all its atoms together.</param>
/// <param name="Atom">The bytes of the atom that stands at most of them.</param>
/// <param name="IsEverywhere">Whether it is tried at every byte.</param>
internal readonly record struct SearchCost(GramGroup Group, double Places, ulong Atom, bool IsEverywhere);
