namespace Perisai.Engine.Modules.Clock;

/// <summary>The time module of YARA 4.5. https://yara.readthedocs.io/en/stable/modules/time.html.</summary>
internal sealed class TimeModule : RuleModule
{
    public override string Name => "time";

    public override StructType Schema { get; } = new("time", ("now", new FunctionType(new FunctionOverload("", ModuleType.Integer))));

    public override RuleStruct Load(ModuleContext context) => new TimeFacts();

    private sealed class TimeFacts : RuleStruct
    {
        // One object sees one time, so that two rules cannot disagree.
        private readonly long _now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        public override RuleValue Get(int field) => RuleValue.Undefined;

        public override RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments) => RuleValue.Of(_now);
    }
}
