namespace Perisai.Engine.Modules.Cuckoo;

/// <summary>
/// The cuckoo module of YARA 4.5: what a file did in the Cuckoo sandbox, from the report that it wrote. https://yara.readthedocs.io/en/stable/modules/cuckoo.html.
/// </summary>
internal sealed class CuckooModule : RuleModule
{
    private static readonly FunctionType _text = new(new FunctionOverload("r", ModuleType.Integer));
    private static readonly FunctionType _endpoint = new(new FunctionOverload("ri", ModuleType.Integer));

    public override string Name => "cuckoo";

    public override StructType Schema { get; } = new(
        "cuckoo",
        ("network", new StructType(
            "network", ("dns_lookup", _text), ("http_get", _text), ("http_post", _text), ("http_request", _text), ("http_user_agent", _text),
            ("host", _text), ("tcp", _endpoint), ("udp", _endpoint))),
        ("registry", new StructType("registry", ("key_access", _text))),
        ("filesystem", new StructType("filesystem", ("file_access", _text))),
        ("sync", new StructType("sync", ("mutex", _text))));

    public override string NeedsData => "the JSON report of a Cuckoo sandbox";

    public override string? FindDataError(ReadOnlyMemory<byte> data) => JsonReport.FindError(data);

    public override RuleStruct Load(ModuleContext context)
    {
        var report = JsonReport.Parse(context.Data);
        var summary = report.Member("behavior").Member("summary");
        return new FixedStruct(
            RuleValue.Of(new CuckooNetwork(report.Member("network"))),
            RuleValue.Of(new CuckooTexts(summary.Member("keys"))),
            RuleValue.Of(new CuckooTexts(summary.Member("files"))),
            RuleValue.Of(new CuckooTexts(summary.Member("mutexes"))));
    }
}
