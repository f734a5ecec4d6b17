using Perisai.Engine.Formats.Dex;

namespace Perisai.Engine.Modules.Dex;

/// <summary>A method that a class defines.</summary>
internal sealed class DexMethodFacts(DexFacts dex, DexFile file, DexMethod method, FactReader texts) : RuleStruct
{
    public override RuleValue Get(int field) => field switch
    {
        0 => dex.MethodClass(method.Index),
        1 => dex.MethodName(method.Index),
        2 => dex.MethodProto(method.Index),
        3 => RuleValue.Of(method.IsDirect ? 1L : 0L),
        4 => RuleValue.Of(method.IsDirect ? 0L : 1L),
        5 => RuleValue.Of((long)method.Difference),
        6 => RuleValue.Of((long)method.Flags),
        7 => RuleValue.Of((long)method.CodeOffset),
        8 => RuleValue.Of(Code()),
        _ => RuleValue.Undefined,
    };

    private FixedStruct Code()
    {
        var values = new RuleValue[10];
        values[8] = RuleValue.Of(new FixedStruct());
        values[9] = RuleValue.Of(new FixedArray([]));
        if (method.Index is null || !file.TryReadCode(method.CodeOffset, out var code))
            return new FixedStruct(values);
        for (var i = 0; i < 4; i++)
            values[i] = RuleValue.Of((long)code.UInt16(2 * i));
        values[4] = RuleValue.Of((long)code.UInt32(8));
        var instructions = code.UInt32(12);
        values[5] = RuleValue.Of((long)instructions);
        // Counted in units of 2 bytes.
        values[6] = texts.Text(method.CodeOffset + 16L, instructions * 2L);
        return new FixedStruct(values);
    }
}
