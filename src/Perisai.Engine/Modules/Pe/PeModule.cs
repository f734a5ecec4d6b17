using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Modules.Pe;

/// <summary>
/// The pe module of YARA 4.5 (documentation: modules/pe). The readers in <see cref="Formats.Pe"/> follow YARA's reading of the format, its limits
/// included; where YARA has no limit and a hostile file could do harm, they have one and say so.
/// </summary>
internal sealed class PeModule : RuleModule
{
    public override string Name => "pe";

    public override StructType Schema => PeSchema.Module.Type;

    public override bool MayApply(ModuleContext context) => BeginsWith(context, "MZ"u8);

    public override RuleStruct Load(ModuleContext context) =>
        PeSchema.Module.Bind(PeImages.Of(context) is { } image ? new PeFacts(image) : null);
}

/// <summary>The image that the modules pe and dotnet share.</summary>
internal static class PeImages
{
    /// <summary>Null where the object is no PE.</summary>
    public static PeImage? Of(ModuleContext context)
    {
        if (!context.Shared.TryGetValue(typeof(PeImage), out var shared))
            context.Shared.Add(typeof(PeImage), shared = new Holder(PeImage.Read(context.Reader)));
        return ((Holder)shared).Image;
    }

    private sealed record Holder(PeImage? Image);
}
