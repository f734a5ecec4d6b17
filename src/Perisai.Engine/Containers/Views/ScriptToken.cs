namespace Perisai.Engine.Containers.Views;

/// <summary>A token of a script.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where its text begins among the bytes that the normaliser keeps.</param>
/// <param name="Length">The length of its text.</param>
/// <param name="Scope">The function that it stands in.</param>
internal readonly record struct ScriptToken(ScriptTokenKind Kind, int Start, int Length, int Scope);

internal enum ScriptTokenKind : byte
{
    /// <summary>A name or a keyword.</summary>
    Word,

    /// <summary>A number, written anew.</summary>
    Number,

    /// <summary>A string, decoded and without quotes.</summary>
    Text,

    /// <summary>One character of punctuation.</summary>
    Mark,

    /// <summary>A backslash, for which a space is written.</summary>
    Gap,
}
