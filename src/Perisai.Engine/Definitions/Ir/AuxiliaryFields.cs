namespace Perisai.Engine.Definitions.Ir;

/// <summary>
/// Fields of definitions about links (<see cref="AuxiliaryKind.ProtectedLink"/>, <see cref="AuxiliaryKind.AllowedLink"/>): which of the two below it is, what is
/// looked for, and the endings of an expression with separators between them.
/// </summary>
internal static class AuxiliaryFields
{
    /// <summary>A host, or two with a colon between them; a solidus ends it.</summary>
    public const string Host = "H";

    /// <summary>A regular expression of this engine.</summary>
    public const string Expression = "R";

    /// <summary>No line holds it.</summary>
    public const char Separator = '\n';
}
