namespace Perisai.Engine.Modules;

/// <summary>What a function of a module computes.</summary>
internal delegate RuleValue FactFunction<in T>(T facts, int overload, ReadOnlySpan<RuleValue> arguments);

/// <summary>
/// A structure written down once: each line gives a field's name, its type and how it comes from the facts. The order of the lines is the
/// order of the fields.
/// </summary>
/// <typeparam name="T">The facts.</typeparam>
internal sealed class FactSchema<T>(string name)
    where T : class
{
    private readonly List<(string Name, ModuleType Type)> _fields = [];
    private readonly List<Func<T, RuleValue>> _getters = [];
    private readonly Dictionary<int, FactFunction<T>> _functions = [];

    /// <summary>Fields that are there whatever the object is: numbers, and structures of undefined fields.</summary>
    private readonly Dictionary<int, Func<RuleValue>> _constants = [];

    /// <summary>The type. No field can be added after it was asked for.</summary>
    public StructType Type => field ??= new StructType(name, [.. _fields]);

    public FactSchema<T> Add(string field, ModuleType type, Func<T, RuleValue> get)
    {
        // An array or a dictionary is there always, empty where there is nothing to put into it.
        if (type is ArrayType)
            _constants.Add(_fields.Count, () => RuleValue.Of(MappedArray.Empty));
        else if (type is DictionaryType)
            _constants.Add(_fields.Count, () => RuleValue.Of(new RuleDictionary([])));
        _fields.Add((field, type));
        _getters.Add(get);
        return this;
    }

    /// <summary>A number that is the same for all objects.</summary>
    public FactSchema<T> Constant(string field, long value)
    {
        var constant = RuleValue.Of(value);
        _constants.Add(_fields.Count, () => constant);
        return Add(field, ModuleType.Integer, _ => constant);
    }

    /// <summary>Whether the object is what the module is about: 1 or 0, never undefined.</summary>
    public FactSchema<T> IsThere(string field)
    {
        _constants.Add(_fields.Count, () => RuleValue.Of(0L));
        return Add(field, ModuleType.Integer, _ => RuleValue.Of(1L));
    }

    /// <summary>The same as a truth value, which is how YARA-X has it.</summary>
    public FactSchema<T> IsThereAsTruth(string field)
    {
        _constants.Add(_fields.Count, () => RuleValue.Of(false));
        return Add(field, ModuleType.Boolean, _ => RuleValue.Of(true));
    }

    /// <summary>Null is undefined.</summary>
    public FactSchema<T> Integer(string field, Func<T, long?> get) =>
        Add(field, ModuleType.Integer, facts => get(facts) is { } value ? RuleValue.Of(value) : RuleValue.Undefined);

    /// <inheritdoc cref="Integer"/>
    public FactSchema<T> Boolean(string field, Func<T, bool?> get) =>
        Add(field, ModuleType.Boolean, facts => get(facts) is { } value ? RuleValue.Of(value) : RuleValue.Undefined);

    /// <inheritdoc cref="Integer"/>
    public FactSchema<T> Text(string field, Func<T, byte[]?> get) => Add(field, ModuleType.Text, facts => RuleValue.Of(get(facts)));

    /// <summary>A structure; where its facts are null, all its fields are undefined.</summary>
    public FactSchema<T> Struct<TInner>(string field, FactSchema<TInner> schema, Func<T, TInner?> get)
        where TInner : class
    {
        _constants.Add(_fields.Count, () => RuleValue.Of(schema.Bind(null)));
        return Add(field, schema.Type, facts => RuleValue.Of(schema.Bind(get(facts))));
    }

    public FactSchema<T> StructArray<TInner>(string field, FactSchema<TInner> schema, Func<T, IReadOnlyList<TInner>?> get)
        where TInner : class =>
        Array(field, schema.Type, get, element => RuleValue.Of(schema.Bind(element)));

    /// <summary>An array of texts; an element that is null is undefined.</summary>
    public FactSchema<T> TextArray(string field, Func<T, IReadOnlyList<byte[]?>?> get) =>
        Array(field, ModuleType.Text, get, RuleValue.Of);

    public FactSchema<T> IntegerArray(string field, Func<T, IReadOnlyList<long>?> get) =>
        Array(field, ModuleType.Integer, get, RuleValue.Of);

    /// <summary>An array of anything. Null is an empty one.</summary>
    public FactSchema<T> Array<TElement>(string field, ModuleType type, Func<T, IReadOnlyList<TElement>?> get, Func<TElement, RuleValue> map) =>
        Add(field, new ArrayType(type), facts => RuleValue.Of(get(facts) is { } elements ? new MappedArray<TElement>(elements, map) : MappedArray.Empty));

    public FactSchema<T> Function(string field, FactFunction<T> call, params FunctionOverload[] overloads)
    {
        _functions.Add(_fields.Count, call);
        return Add(field, new FunctionType(overloads), _ => RuleValue.Undefined);
    }

    /// <summary>The structure of some facts. Null: the object is not what the module is about, and only the constants are defined.</summary>
    public RuleStruct Bind(T? facts) => new FactStruct(this, facts);

    private sealed class FactStruct(FactSchema<T> schema, T? facts) : RuleStruct
    {
        public override RuleValue Get(int field)
        {
            if ((uint)field >= (uint)schema._getters.Count)
                return RuleValue.Undefined;
            if (facts is not null)
                return schema._getters[field](facts);
            return schema._constants.TryGetValue(field, out var constant) ? constant() : RuleValue.Undefined;
        }

        public override RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments) =>
            facts is not null && schema._functions.TryGetValue(field, out var call) ? call(facts, overload, arguments) : RuleValue.Undefined;
    }

}

internal static class MappedArray
{
    public static RuleArray Empty { get; } = new FixedArray([]);
}

/// <summary>An array whose elements become values when they are asked for.</summary>
internal sealed class MappedArray<T>(IReadOnlyList<T> elements, Func<T, RuleValue> map) : RuleArray
{
    public override int Count => elements.Count;

    public override RuleValue Get(long index) => index >= 0 && index < elements.Count ? map(elements[(int)index]) : RuleValue.Undefined;
}
