using System.Globalization;
using System.Text;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules;

/// <summary>All defined facts of a module, by path, written as <c>yara -D</c> writes them.</summary>
internal static class ModuleDump
{
    public static Dictionary<string, string> Of(string module, byte[] input, bool inMemory = true)
    {
        var (schema, facts) = TestObject.Load(module, input, inMemory);
        var result = new Dictionary<string, string>();
        Add(result, module, RuleValue.Of(facts), schema, int.MaxValue);
        return result;
    }

    /// <summary>Adds what a value holds; of each array at most so many elements.</summary>
    public static void Add(Dictionary<string, string> result, string path, RuleValue value, ModuleType type, int elements)
    {
        if (value.IsUndefined || type is FunctionType)
            return;
        switch (type)
        {
            case StructType schema:
                for (var i = 0; i < schema.Fields.Length; i++)
                    Add(result, $"{path}.{schema.Fields[i].Name}", value.Struct.Get(i), schema.Fields[i].Type, elements);
                break;
            case ArrayType array:
                for (var i = 0; i < Math.Min(value.Array.Count, elements); i++)
                    Add(result, $"{path}[{i}]", value.Array.Get(i), array.Element, elements);
                break;
            case DictionaryType dictionary:
                for (var i = 0; i < value.Dictionary.Count; i++)
                {
                    var (key, element) = value.Dictionary[i];
                    Add(result, $"{path}[\"{Printable(key)}\"]", element, dictionary.Element, elements);
                }

                break;
            case ScalarType { Kind: RuleValueKind.Text }:
                result[path] = $"\"{Printable(value.Text)}\"";
                break;
            case ScalarType { Kind: RuleValueKind.Float }:
                result[path] = value.Float.ToString("F6", CultureInfo.InvariantCulture);
                break;
            default:
                result[path] = value.Integer.ToString(CultureInfo.InvariantCulture);
                break;
        }
    }

    private static string Printable(ReadOnlySpan<byte> text)
    {
        var result = new StringBuilder();
        foreach (var letter in text)
            result.Append(letter is >= 0x20 and < 0x7F ? ((char)letter).ToString() : $"\\x{letter:x2}");
        return result.ToString();
    }
}
