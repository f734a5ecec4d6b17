namespace Perisai.Engine.Modules.Strings;

/// <summary>The string module of YARA 4.5. https://yara.readthedocs.io/en/stable/modules/string.html.</summary>
internal sealed class StringModule : RuleModule
{
    public override string Name => "string";

    public override StructType Schema { get; } = new(
        "string",
        ("to_int", new FunctionType(new FunctionOverload("s", ModuleType.Integer), new FunctionOverload("si", ModuleType.Integer))),
        ("length", new FunctionType(new FunctionOverload("s", ModuleType.Integer))));

    public override RuleStruct Load(ModuleContext context) => new StringFacts();

    private sealed class StringFacts : RuleStruct
    {
        public override RuleValue Get(int field) => RuleValue.Undefined;

        public override RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments)
        {
            var text = arguments[0].Text;
            if (field == 1)
                return RuleValue.Of((long)text.Length);
            return IntegerText.TryParse(text, overload == 0 ? 0 : arguments[1].Integer, out var value)
                ? RuleValue.Of(value) : RuleValue.Undefined;
        }
    }
}
