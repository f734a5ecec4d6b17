namespace Perisai.Engine.Modules;

/// <summary>An array whose elements are computed each time they are asked for: tables may have millions, and most rules look at few.</summary>
internal sealed class LazyArray(long count, Func<int, RuleValue> element) : RuleArray
{
    public override int Count { get; } = (int)Math.Clamp(count, 0, int.MaxValue);

    public override RuleValue Get(long index) => index >= 0 && index < Count ? element((int)index) : RuleValue.Undefined;
}
