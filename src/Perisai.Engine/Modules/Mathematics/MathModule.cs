namespace Perisai.Engine.Modules.Mathematics;

/// <summary>The math module of YARA 4.5: statistics over ranges of the object or over texts. https://yara.readthedocs.io/en/stable/modules/math.html.</summary>
internal sealed class MathModule : RuleModule
{
    public override string Name => "math";

    public override StructType Schema { get; } = new(
        "math",
        ("MEAN_BYTES", ModuleType.Float),
        ("in_range", new FunctionType(new FunctionOverload("fff", ModuleType.Integer))),
        ("deviation", Statistic("iif", "sf")),
        ("mean", Statistic("ii", "s")),
        ("serial_correlation", Statistic("ii", "s")),
        ("monte_carlo_pi", Statistic("ii", "s")),
        ("entropy", Statistic("ii", "s")),
        ("min", new FunctionType(new FunctionOverload("ii", ModuleType.Integer))),
        ("max", new FunctionType(new FunctionOverload("ii", ModuleType.Integer))),
        ("to_number", new FunctionType(new FunctionOverload("b", ModuleType.Integer))),
        ("abs", new FunctionType(new FunctionOverload("i", ModuleType.Integer))),
        ("count", new FunctionType(new FunctionOverload("iii", ModuleType.Integer), new FunctionOverload("i", ModuleType.Integer))),
        ("percentage", Statistic("iii", "i")),
        ("mode", new FunctionType(new FunctionOverload("ii", ModuleType.Integer), new FunctionOverload("", ModuleType.Integer))),
        ("to_string", new FunctionType(new FunctionOverload("i", ModuleType.Text), new FunctionOverload("ii", ModuleType.Text))));

    public override RuleStruct Load(ModuleContext context) => new MathFacts(context);

    private static FunctionType Statistic(string range, string other) =>
        new(new FunctionOverload(range, ModuleType.Float), new FunctionOverload(other, ModuleType.Float));
}
