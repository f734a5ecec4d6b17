using Perisai.Engine.Modules;

namespace Perisai.Engine.Languages.Yara.Binding;

/// <summary>What is known of an expression whose code was written: its type, and its value where it is constant.</summary>
/// <param name="Kind">The kind of value.</param>
/// <param name="Type">The type of what a module gives; null for plain values.</param>
internal readonly record struct Bound(RuleValueKind Kind, ModuleType? Type = null)
{
    /// <summary>The value of a constant integer.</summary>
    public long? Integer { get; init; }

    /// <summary>The value of a constant float.</summary>
    public double? Float { get; init; }

    /// <summary>The value of a constant text.</summary>
    public string? Text { get; init; }

    public bool IsNumber => Kind is RuleValueKind.Integer or RuleValueKind.Float;

    public bool IsConstant => Integer is not null || Float is not null || Text is not null;

    /// <summary>For messages.</summary>
    public string Shown => Type switch
    {
        StructType type => $"the structure {type.Name}",
        ArrayType => "an array",
        DictionaryType => "a dictionary",
        FunctionType => "a function",
        _ => Kind switch
        {
            RuleValueKind.Boolean => "a truth value",
            RuleValueKind.Integer => "an integer",
            RuleValueKind.Float => "a float",
            RuleValueKind.Text => "a text",
            RuleValueKind.Regex => "a regular expression",
            _ => "no value",
        },
    };

    public static Bound Of(ModuleType type) => type switch
    {
        ScalarType scalar => new(scalar.Kind),
        ArrayType => new(RuleValueKind.Array, type),
        DictionaryType => new(RuleValueKind.Dictionary, type),
        StructType => new(RuleValueKind.Struct, type),
        _ => new(RuleValueKind.Undefined, type),
    };
}

/// <summary>How a condition uses a string.</summary>
/// <param name="Count">How often it names the string, alone or in a set.</param>
/// <param name="NeedsPlaces">Whether it asks for more than whether there is a match.</param>
/// <param name="Offset">The constant offset that the last use asks for.</param>
internal readonly record struct StringUse(int Count, bool NeedsPlaces, long? Offset);
