namespace Perisai.Engine.Modules.Magic;

/// <summary>
/// The magic module of YARA 4.5. Its two answers are the wording of libmagic, version and database included; nothing else can give them, and Perisai
/// does not load a C library into the process that reads hostile files. So they come with the scan: two lines, what <c>file --brief</c> and
/// <c>file --brief --mime-type</c> print for the file. https://yara.readthedocs.io/en/stable/modules/magic.html.
/// </summary>
internal sealed class MagicModule : RuleModule
{
    private static readonly FunctionType _answer = new(new FunctionOverload("", ModuleType.Text));

    public override string Name => "magic";

    public override StructType Schema { get; } = new("magic", ("mime_type", _answer), ("type", _answer));

    public override string NeedsData => "two lines, what \"file --brief\" and \"file --brief --mime-type\" print for the file";

    public override string? FindDataError(ReadOnlyMemory<byte> data) => Line(data.Span, 0).IsEmpty ? "the first line, the type, is empty" : null;

    public override RuleStruct Load(ModuleContext context) => new MagicFacts(context.Data);

    private static ReadOnlySpan<byte> Line(ReadOnlySpan<byte> data, int number)
    {
        for (; number > 0; number--)
        {
            var end = data.IndexOf((byte)'\n');
            data = end < 0 ? [] : data[(end + 1)..];
        }

        var length = data.IndexOf((byte)'\n');
        return (length < 0 ? data : data[..length]).TrimEnd((byte)'\r');
    }

    private sealed class MagicFacts(byte[]? data) : RuleStruct
    {
        public override RuleValue Get(int field) => RuleValue.Undefined;

        public override RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments) =>
            Line(data, 1 - field) is { IsEmpty: false } answer ? RuleValue.Of(answer.ToArray()) : RuleValue.Undefined;
    }
}
