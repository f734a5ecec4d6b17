namespace Perisai.Engine.Modules;

/// <summary>A structure of a module. Fields are computed when they are asked for, since most rules ask for few.</summary>
internal abstract class RuleStruct
{
    /// <summary>A field, by its place in the <see cref="StructType"/>; undefined where the object has no such thing.</summary>
    public abstract RuleValue Get(int field);

    /// <summary>Calls the function that a field is. Arguments are defined; what is not known is undefined.</summary>
    public virtual RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments) => RuleValue.Undefined;
}

/// <summary>A structure whose values are there.</summary>
internal sealed class FixedStruct(params RuleValue[] fields) : RuleStruct
{
    public override RuleValue Get(int field) => (uint)field < (uint)fields.Length ? fields[field] : RuleValue.Undefined;
}

/// <summary>Elements by number.</summary>
internal abstract class RuleArray
{
    public abstract int Count { get; }

    /// <summary>An element; undefined outside of the array.</summary>
    public abstract RuleValue Get(long index);
}

/// <summary>An array whose elements are there.</summary>
internal sealed class FixedArray(IReadOnlyList<RuleValue> elements) : RuleArray
{
    public override int Count => elements.Count;

    public override RuleValue Get(long index) => index >= 0 && index < elements.Count ? elements[(int)index] : RuleValue.Undefined;
}

/// <summary>Values by text, in the order in which loops meet them.</summary>
internal sealed class RuleDictionary(IReadOnlyList<(byte[] Key, RuleValue Value)> entries)
{
    public int Count => entries.Count;

    public (byte[] Key, RuleValue Value) this[int index] => entries[index];

    /// <summary>The first value of a key; undefined where there is none.</summary>
    public RuleValue Get(ReadOnlySpan<byte> key)
    {
        foreach (var (name, value) in entries)
        {
            if (key.SequenceEqual(name))
                return value;
        }

        return RuleValue.Undefined;
    }
}
