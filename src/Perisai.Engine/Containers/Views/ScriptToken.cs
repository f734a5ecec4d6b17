namespace Perisai.Engine.Containers.Views;

/// <summary>A token of a script.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where its text begins among the bytes of its list.</param>
/// <param name="Length">The length of its text.</param>
/// <param name="Scope">The function that it stands in.</param>
internal readonly record struct ScriptToken(ScriptTokenKind Kind, int Start, int Length, int Scope);

internal enum ScriptTokenKind : byte
{
    /// <summary>A name that may be declared; one without letters is a backslash.</summary>
    Word,

    /// <summary>The name of a member, behind a full stop.</summary>
    Member,

    /// <summary>A word that the language reserves.</summary>
    Keyword,

    /// <summary>A number, written anew.</summary>
    Number,

    /// <summary>A string, decoded and without quotes.</summary>
    Text,

    /// <summary>One character of punctuation.</summary>
    Mark,

    /// <summary>Nothing is written: a function ends.</summary>
    FunctionEnd,
}
