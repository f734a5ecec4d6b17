namespace Perisai.Engine.Modules.Androguard;

/// <summary>
/// The androguard module, which Koodous and others add to YARA: what Androguard found in an Android package, from its JSON report.
/// https://docs.koodous.com/yara/androguard/. Reports of Koodous and of Avast name some members differently; both are read.
/// </summary>
internal sealed class AndroguardModule : RuleModule
{
    private static readonly FunctionType _any =
        new(new FunctionOverload("r", ModuleType.Integer), new FunctionOverload("s", ModuleType.Integer));

    private static readonly FunctionType _text = new(new FunctionOverload("s", ModuleType.Integer));

    public override string Name => "androguard";

    public override StructType Schema { get; } = new(
        "androguard",
        ("certificate", new StructType(
            "certificate", ("issuer", _any), ("subject", _any), ("not_before", _any), ("not_after", _any), ("serial", _text), ("sha1", _text),
            ("sha256", _text))),
        ("min_sdk", ModuleType.Integer),
        ("max_sdk", ModuleType.Integer),
        ("target_sdk", ModuleType.Integer),
        ("permissions_number", ModuleType.Integer),
        ("uses_permissions_number", ModuleType.Integer),
        ("new_permissions_number", ModuleType.Integer),
        ("url", _any),
        ("app_name", _any),
        ("package_name", _any),
        ("displayed_version", _any),
        ("main_activity", _any),
        ("activity", _any),
        ("service", _any),
        ("receiver", _any),
        ("filter", _any),
        ("permission", _any),
        ("uses_permission", _any),
        ("new_permission", _any));

    public override string NeedsData => "the JSON report of Androguard";

    public override string? FindDataError(ReadOnlyMemory<byte> data) => JsonReport.FindError(data);

    public override RuleStruct Load(ModuleContext context) => new AndroguardFacts(JsonReport.Parse(context.Data));
}
