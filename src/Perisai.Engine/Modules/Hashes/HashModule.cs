namespace Perisai.Engine.Modules.Hashes;

/// <summary>The hash module of YARA 4.5: digests of ranges of the object or of texts. https://yara.readthedocs.io/en/stable/modules/hash.html.</summary>
internal sealed class HashModule : RuleModule
{
    public override string Name => "hash";

    public override StructType Schema { get; } = new(
        "hash",
        ("md5", Digest(ModuleType.Text)),
        ("sha1", Digest(ModuleType.Text)),
        ("sha256", Digest(ModuleType.Text)),
        ("checksum32", Digest(ModuleType.Integer)),
        ("crc32", Digest(ModuleType.Integer)));

    public override RuleStruct Load(ModuleContext context) => new HashFacts(context);

    private static FunctionType Digest(ModuleType result) => new(new FunctionOverload("ii", result), new FunctionOverload("s", result));
}
