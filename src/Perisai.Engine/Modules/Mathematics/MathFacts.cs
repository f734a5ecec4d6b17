using System.Globalization;
using System.Text;

namespace Perisai.Engine.Modules.Mathematics;

/// <summary>What <see cref="MathModule"/> computes.</summary>
internal sealed class MathFacts(ModuleContext context) : RuleStruct
{
    private readonly RangeCache<ByteDistribution?> _distributions = new();
    private readonly RangeCache<RuleValue> _sequences = new();

    public override RuleValue Get(int field) => field == 0 ? RuleValue.Of(127.5) : RuleValue.Undefined;

    /// <summary>The first overload is the one over a range, but for the functions that have only one.</summary>
    public override RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments) => (field, overload) switch
    {
        (1, _) => RuleValue.Of(arguments[1].Float <= arguments[0].Float && arguments[0].Float <= arguments[2].Float ? 1L : 0L),
        (2, 0) => Defined(Distribution(arguments)?.Deviation(arguments[2].Float)),
        (2, _) => Defined(TextStatistics.Deviation(arguments[0].Text, arguments[1].Float)),
        (3, 0) => Defined(Distribution(arguments)?.Mean()),
        (3, _) => Defined(TextStatistics.Mean(arguments[0].Text)),
        (4, 0) => Sequence(4, arguments, static (context, offset, size) =>
        {
            var state = default(SerialCorrelation);
            return ByteRange.TryVisit(context, offset, size, ref state, static (ref state, bytes) => state.Add(bytes))
                ? Defined(state.Result()) : RuleValue.Undefined;
        }),
        (4, _) => Defined(TextStatistics.Correlation(arguments[0].Text)),
        (5, 0) => Sequence(5, arguments, static (context, offset, size) =>
        {
            var state = default(MonteCarloPi);
            return ByteRange.TryVisit(context, offset, size, ref state, static (ref state, bytes) => state.Add(bytes))
                ? Defined(state.Result()) : RuleValue.Undefined;
        }),
        (5, _) => Defined(TextStatistics.MonteCarloPi(arguments[0].Text)),
        (6, 0) => Defined(Distribution(arguments)?.Entropy()),
        (6, _) => Defined(ByteDistribution.Of(arguments[0].Text).Entropy()),
        // Both compare without sign, as YARA does: the larger of -1 and 1 is -1.
        (7, _) => RuleValue.Of((ulong)arguments[0].Integer < (ulong)arguments[1].Integer ? arguments[0].Integer : arguments[1].Integer),
        (8, _) => RuleValue.Of((ulong)arguments[0].Integer > (ulong)arguments[1].Integer ? arguments[0].Integer : arguments[1].Integer),
        (9, _) => RuleValue.Of(arguments[0].IsTrue ? 1L : 0L),
        (10, _) => RuleValue.Of(arguments[0].Integer < 0 ? unchecked(-arguments[0].Integer) : arguments[0].Integer),
        (11, 0) => Count(arguments[0].Integer, Distribution(arguments[1..])),
        (11, _) => Count(arguments[0].Integer, Whole()),
        (12, 0) => Percentage(arguments[0].Integer, Distribution(arguments[1..])),
        (12, _) => Percentage(arguments[0].Integer, Whole()),
        (13, 0) => Distribution(arguments) is { } range ? RuleValue.Of((long)range.Mode()) : RuleValue.Undefined,
        (13, _) => Whole() is { } whole ? RuleValue.Of((long)whole.Mode()) : RuleValue.Undefined,
        (14, 0) => ToText(arguments[0].Integer, 10),
        (14, _) => ToText(arguments[0].Integer, arguments[1].Integer),
        _ => RuleValue.Undefined,
    };

    /// <summary>What is not a number (the mean of nothing) is undefined, as in YARA.</summary>
    private static RuleValue Defined(double? value) =>
        value is { } number && !double.IsNaN(number) ? RuleValue.Of(number) : RuleValue.Undefined;

    private static RuleValue Count(long value, ByteDistribution? distribution) =>
        value is >= 0 and <= 255 && distribution is not null ? RuleValue.Of(distribution.Count((byte)value)) : RuleValue.Undefined;

    /// <summary>YARA divides in single precision.</summary>
    private static RuleValue Percentage(long value, ByteDistribution? distribution) =>
        value is >= 0 and <= 255 && distribution is not null
            ? Defined((float)distribution.Count((byte)value) / (float)distribution.Total) : RuleValue.Undefined;

    private static RuleValue ToText(long value, long numberBase) => numberBase switch
    {
        10 => RuleValue.Of(Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture))),
        8 => RuleValue.Of(Encoding.ASCII.GetBytes(Convert.ToString(value, 8))),
        16 => RuleValue.Of(Encoding.ASCII.GetBytes(value.ToString("x", CultureInfo.InvariantCulture))),
        _ => RuleValue.Undefined,
    };

    private ByteDistribution? Distribution(ReadOnlySpan<RuleValue> range)
    {
        var size = range[1].Integer;
        return ByteRange.TryClip(context, range[0].Integer, ref size) ? Cached(range[0].Integer, size) : null;
    }

    private ByteDistribution? Whole() => Cached(0, context.Length);

    private ByteDistribution? Cached(long offset, long size) => _distributions.GetOrAdd(0, offset, size, context, ByteDistribution.Read);

    private RuleValue Sequence(int function, ReadOnlySpan<RuleValue> range, Func<ModuleContext, long, long, RuleValue> compute)
    {
        var size = range[1].Integer;
        return ByteRange.TryClip(context, range[0].Integer, ref size)
            ? _sequences.GetOrAdd(function, range[0].Integer, size, context, compute) : RuleValue.Undefined;
    }
}
