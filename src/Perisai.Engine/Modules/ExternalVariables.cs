using System.Text;

namespace Perisai.Engine.Modules;

/// <summary>Values of external variables: integers, floats, truth values and texts (as UTF-8).</summary>
internal static class ExternalVariables
{
    /// <summary>
    /// Texts that public rules expect of a scanner: the object's name without folders, its names from the root down, its extension with the dot, and its
    /// type as this engine names it.
    /// </summary>
    public static readonly string[] OfFiles = ["filename", "filepath", "extension", "filetype"];

    public static RuleValue ValueOf(object value) => value switch
    {
        long integer => RuleValue.Of(integer),
        int integer => RuleValue.Of((long)integer),
        double number => RuleValue.Of(number),
        bool truth => RuleValue.Of(truth),
        string text => RuleValue.Of(Encoding.UTF8.GetBytes(text)),
        _ => RuleValue.Undefined,
    };

    /// <summary>The kind of a value.</summary>
    /// <exception cref="ArgumentException">It is of none of these types.</exception>
    public static RuleValueKind KindOf(object value) =>
        ValueOf(value) is { IsUndefined: false } known ? known.Kind
            : throw new ArgumentException($"An external variable is an integer, a float, a truth value or a text, not {value.GetType().Name}.", nameof(value));
}
