using Perisai.Engine.Formats.DotNet;
using Perisai.Engine.Modules.Pe;

namespace Perisai.Engine.Modules.DotNet;

/// <summary>The dotnet module of YARA 4.5 (documentation: modules/dotnet).</summary>
internal sealed class DotNetModule : RuleModule
{
    public override string Name => "dotnet";

    public override StructType Schema => DotNetSchema.Module.Type;

    public override bool MayApply(ModuleContext context) => BeginsWith(context, "MZ"u8);

    public override RuleStruct Load(ModuleContext context) =>
        DotNetSchema.Module.Bind(PeImages.Of(context) is { } image ? new DotNetFacts(image, DotNetImage.Read(image)) : null);
}
