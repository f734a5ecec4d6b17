using Perisai.Engine.Formats.Dex;

namespace Perisai.Engine.Modules.Dex;

/// <summary>The header's fields, in the order in which they lie in the file; all undefined without a header.</summary>
internal sealed class DexHeaderFacts(DexHeader? header) : RuleStruct
{
    public override RuleValue Get(int field) => header is null ? RuleValue.Undefined : field switch
    {
        0 => RuleValue.Of(header.Text(0, 8)),
        1 => RuleValue.Of((long)header.Word(8)),
        2 => RuleValue.Of(header.Text(12, 20)),
        < 23 => RuleValue.Of((long)header.Word(32 + 4 * (field - 3))),
        _ => RuleValue.Undefined,
    };
}
