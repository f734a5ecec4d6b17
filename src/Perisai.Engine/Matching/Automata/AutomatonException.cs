namespace Perisai.Engine.Matching.Automata;

/// <summary>An expression that would need more states than are allowed.</summary>
internal sealed class AutomatonException(string message) : Exception(message);
