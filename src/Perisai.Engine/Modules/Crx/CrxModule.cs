namespace Perisai.Engine.Modules.Crx;

/// <summary>The crx module of YARA-X (documentation: modules/crx).</summary>
internal sealed class CrxModule : RuleModule
{
    private static readonly FactSchema<CrxSignature> _signature = new FactSchema<CrxSignature>("crx.signatures")
        .Text("key", signature => signature.Key)
        .Boolean("verified", signature => signature.IsVerified);

    private static readonly FactSchema<CrxFacts> _module = new FactSchema<CrxFacts>("crx")
        .IsThereAsTruth("is_crx")
        .Integer("crx_version", crx => crx.Package.Version)
        .Integer("header_size", crx => crx.Package.HeaderLength)
        .Text("id", crx => crx.Package.Identifier)
        .Text("version", crx => crx.Text("version"))
        .Text("name", crx => crx.Name)
        .Text("description", crx => crx.Description)
        .Text("raw_name", crx => crx.RawName)
        .Text("raw_description", crx => crx.RawDescription)
        .Text("minimum_chrome_version", crx => crx.Text("minimum_chrome_version"))
        .Text("homepage_url", crx => crx.Text("homepage_url"))
        .TextArray("permissions", crx => crx.List("permissions"))
        .TextArray("host_permissions", crx => crx.List("host_permissions"))
        .TextArray("optional_permissions", crx => crx.List("optional_permissions"))
        .TextArray("optional_host_permissions", crx => crx.List("optional_host_permissions"))
        .StructArray("signatures", _signature, crx => crx.Signatures)
        .Function("permhash", (crx, _, _) => RuleValue.Of(crx.PermissionHash), new FunctionOverload("", ModuleType.Text));

    public override string Name => "crx";

    public override StructType Schema => _module.Type;

    public override bool MayApply(ModuleContext context) => BeginsWith(context, "Cr24"u8);

    public override RuleStruct Load(ModuleContext context) => _module.Bind(CrxFacts.Read(context.Reader));
}
