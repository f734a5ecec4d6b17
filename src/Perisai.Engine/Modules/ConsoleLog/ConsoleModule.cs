using System.Globalization;
using System.Text;

namespace Perisai.Engine.Modules.ConsoleLog;

/// <summary>
/// The console module of YARA 4.5: what rules print while they are evaluated. All functions are true. https://yara.readthedocs.io/en/stable/modules/console.html.
/// </summary>
internal sealed class ConsoleModule : RuleModule
{
    public override string Name => "console";

    public override StructType Schema { get; } = new(
        "console",
        ("log", new FunctionType(
            new FunctionOverload("s", ModuleType.Integer),
            new FunctionOverload("ss", ModuleType.Integer),
            new FunctionOverload("i", ModuleType.Integer),
            new FunctionOverload("si", ModuleType.Integer),
            new FunctionOverload("f", ModuleType.Integer),
            new FunctionOverload("sf", ModuleType.Integer))),
        ("hex", new FunctionType(new FunctionOverload("i", ModuleType.Integer), new FunctionOverload("si", ModuleType.Integer))));

    public override RuleStruct Load(ModuleContext context) => new ConsoleFacts(context.Print);

    private sealed class ConsoleFacts(Action<string>? print) : RuleStruct
    {
        public override RuleValue Get(int field) => RuleValue.Undefined;

        public override RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments)
        {
            if (print is null)
                return RuleValue.Of(1L);
            // Even overloads have the value alone, odd ones a label before it. The label is printed as it is, up to its first zero byte.
            var label = "";
            if (overload % 2 == 1)
            {
                var bytes = arguments[0].Text;
                var end = bytes.IndexOf((byte)0);
                label = Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]);
            }

            var value = arguments[overload % 2];
            print(label + (value.Kind switch
            {
                RuleValueKind.Text => Printable(value.Text),
                RuleValueKind.Float => value.Float.ToString("F6", CultureInfo.InvariantCulture),
                _ when field == 1 => "0x" + value.Integer.ToString("x", CultureInfo.InvariantCulture),
                _ => value.Integer.ToString(CultureInfo.InvariantCulture),
            }));
            return RuleValue.Of(1L);
        }

        private static string Printable(ReadOnlySpan<byte> text)
        {
            var result = new StringBuilder(text.Length);
            foreach (var letter in text)
            {
                if (letter is >= 0x20 and < 0x7F)
                    result.Append((char)letter);
                else
                    result.Append(CultureInfo.InvariantCulture, $"\\x{letter:x2}");
            }

            return result.ToString();
        }
    }
}
