using System.Text;

namespace Perisai.Engine.Modules;

/// <summary>Values of external variables: integers, floats, truth values and texts (as UTF-8).</summary>
internal static class ExternalVariables
{
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
