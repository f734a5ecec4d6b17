using System.Collections.Immutable;

namespace Perisai.Engine.Modules;

/// <summary>The type of something that a rule can ask a module for.</summary>
internal abstract record ModuleType
{
    public static ModuleType Integer { get; } = new ScalarType(RuleValueKind.Integer);

    public static ModuleType Float { get; } = new ScalarType(RuleValueKind.Float);

    /// <summary>Bytes: texts of modules are not decoded.</summary>
    public static ModuleType Text { get; } = new ScalarType(RuleValueKind.Text);

    public static ModuleType Boolean { get; } = new ScalarType(RuleValueKind.Boolean);
}

/// <summary>An integer, a float, a text or a truth value.</summary>
internal sealed record ScalarType(RuleValueKind Kind) : ModuleType;

/// <summary>Named fields. They are addressed by their place, which is stored in segments: new ones come last.</summary>
internal sealed record StructType : ModuleType
{
    private readonly Dictionary<string, int> _places = [];

    public StructType(string name, params (string Name, ModuleType Type)[] fields)
    {
        Name = name;
        Fields = [.. fields];
        for (var i = 0; i < fields.Length; i++)
            _places.Add(fields[i].Name, i);
    }

    /// <summary>For messages.</summary>
    public string Name { get; }

    public ImmutableArray<(string Name, ModuleType Type)> Fields { get; }

    /// <summary>The place of a field; -1 where there is none.</summary>
    public int IndexOf(string name) => _places.GetValueOrDefault(name, -1);

    public bool Equals(StructType? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>Elements by number, from 0.</summary>
internal sealed record ArrayType(ModuleType Element) : ModuleType;

/// <summary>Values by text.</summary>
internal sealed record DictionaryType(ModuleType Element) : ModuleType;

/// <summary>Something that is called with arguments; the first overload whose parameters fit is meant.</summary>
internal sealed record FunctionType : ModuleType
{
    public FunctionType(params FunctionOverload[] overloads) => Overloads = [.. overloads];

    public ImmutableArray<FunctionOverload> Overloads { get; }
}

/// <summary>One way to call a function.</summary>
/// <param name="Parameters">A letter each, as YARA writes them: i integer, f float, s text, r regular expression, b truth value.</param>
/// <param name="Result">What comes of it.</param>
internal sealed record FunctionOverload(string Parameters, ModuleType Result);
