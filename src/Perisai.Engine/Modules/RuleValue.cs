namespace Perisai.Engine.Modules;

/// <summary>Kinds of value that conditions compute with.</summary>
internal enum RuleValueKind : byte
{
    /// <summary>Nothing is known: what is computed with it is undefined too, and as a condition it is false.</summary>
    Undefined,
    Boolean,
    Integer,
    Float,
    Text,
    Regex,
    Struct,
    Array,
    Dictionary,
}

/// <summary>A value of a condition. Small, immutable; texts are bytes and are not copied.</summary>
internal readonly struct RuleValue
{
    private readonly long _bits;
    private readonly object? _reference;
    private readonly int _start;
    private readonly int _length;

    private RuleValue(RuleValueKind kind, long bits, object? reference = null, int start = 0, int length = 0) =>
        (Kind, _bits, _reference, _start, _length) = (kind, bits, reference, start, length);

    public static RuleValue Undefined => default;

    public RuleValueKind Kind { get; }

    public bool IsUndefined => Kind == RuleValueKind.Undefined;

    /// <summary>The value of an integer; 0 or 1 of a truth value.</summary>
    public long Integer => _bits;

    public double Float => BitConverter.Int64BitsToDouble(_bits);

    public ReadOnlySpan<byte> Text => ((byte[])_reference!).AsSpan(_start, _length);

    public IRuleRegex Regex => (IRuleRegex)_reference!;

    public RuleStruct Struct => (RuleStruct)_reference!;

    public RuleArray Array => (RuleArray)_reference!;

    public RuleDictionary Dictionary => (RuleDictionary)_reference!;

    /// <summary>As a condition: whether it is neither undefined, nor zero, nor an empty text.</summary>
    public bool IsTrue => Kind switch
    {
        RuleValueKind.Boolean or RuleValueKind.Integer => _bits != 0,
        RuleValueKind.Float => Float != 0,
        RuleValueKind.Text => _length > 0,
        _ => false,
    };

    public static RuleValue Of(bool value) => new(RuleValueKind.Boolean, value ? 1 : 0);

    public static RuleValue Of(long value) => new(RuleValueKind.Integer, value);

    public static RuleValue Of(double value) => new(RuleValueKind.Float, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A text; null is undefined. The bytes must not change any more.</summary>
    public static RuleValue Of(byte[]? text) => text is null ? Undefined : new(RuleValueKind.Text, 0, text, 0, text.Length);

    public static RuleValue Of(byte[] buffer, int start, int length) => new(RuleValueKind.Text, 0, buffer, start, length);

    public static RuleValue Of(IRuleRegex regex) => new(RuleValueKind.Regex, 0, regex);

    public static RuleValue Of(RuleStruct? value) => value is null ? Undefined : new(RuleValueKind.Struct, 0, value);

    public static RuleValue Of(RuleArray? value) => value is null ? Undefined : new(RuleValueKind.Array, 0, value);

    public static RuleValue Of(RuleDictionary? value) => value is null ? Undefined : new(RuleValueKind.Dictionary, 0, value);
}

/// <summary>A regular expression that a rule hands to a function.</summary>
internal interface IRuleRegex
{
    /// <summary>Whether it matches anywhere in the text.</summary>
    bool IsMatch(ReadOnlySpan<byte> text);
}
