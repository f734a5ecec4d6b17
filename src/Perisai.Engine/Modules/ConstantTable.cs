using System.Collections.Immutable;

namespace Perisai.Engine.Modules;

/// <summary>The named numbers of a module. They are the first fields of its schema; what depends on the object follows them.</summary>
internal sealed class ConstantTable(params (string Name, long Value)[] constants)
{
    private readonly ImmutableArray<RuleValue> _values = [.. constants.Select(constant => RuleValue.Of(constant.Value))];

    public int Count => _values.Length;

    public RuleValue this[int field] => _values[field];

    /// <summary>A constant by its name; undefined where there is none.</summary>
    public RuleValue Find(string name)
    {
        var at = Array.FindIndex(constants, constant => constant.Name == name);
        return at < 0 ? RuleValue.Undefined : _values[at];
    }

    /// <summary>All of them, as the fields of a structure.</summary>
    public FixedStruct ToStruct() => new([.. _values]);

    /// <summary>The schema of the module: the constants, then its facts.</summary>
    public StructType Schema(string name, params (string Name, ModuleType Type)[] facts) =>
        new(name, [.. constants.Select(constant => (constant.Name, ModuleType.Integer)), .. facts]);
}
