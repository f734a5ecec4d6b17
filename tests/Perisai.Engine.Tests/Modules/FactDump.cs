using System.Globalization;
using System.Text;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules;

/// <summary>
/// Reads every field of a module's structure, and writes those that are defined by their path, <c>sections[0].name</c>, in the form in which
/// <c>yara -D</c> prints values.
/// </summary>
internal static class FactDump
{
    /// <summary>Elements of one array that are written; all of them where it is longer than anybody looks at.</summary>
    public static SortedDictionary<string, string> Of(RuleModule module, ModuleContext context, int maximumElements = int.MaxValue)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Write(fields, "", module.Schema, module.Load(context), maximumElements);
        return fields;
    }

    public static SortedDictionary<string, string> Of(RuleModule module, byte[] bytes, int maximumElements = int.MaxValue) =>
        Of(module, new ModuleContext(new MemoryByteSource(bytes), new ScanBudget(ScanLimits.Default)), maximumElements);

    /// <summary>As yara prints a text: what is no printable ASCII in hexadecimal.</summary>
    public static string Quote(ReadOnlySpan<byte> text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var value in text)
        {
            if (value is >= 0x20 and <= 0x7E)
                quoted.Append((char)value);
            else
                quoted.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Adds the fields of a structure, with what stands before their names.</summary>
    public static void Write(IDictionary<string, string> fields, string path, StructType type, RuleStruct facts, int maximum)
    {
        for (var i = 0; i < type.Fields.Length; i++)
        {
            var (name, fieldType) = type.Fields[i];
            Write(fields, path.Length == 0 ? name : $"{path}.{name}", fieldType, facts.Get(i), maximum);
        }
    }

    public static void Write(IDictionary<string, string> fields, string path, ModuleType type, RuleValue value, int maximum)
    {
        if (value.IsUndefined)
            return;
        switch (type)
        {
            case ScalarType scalar:
                Assert.Equal(scalar.Kind, value.Kind);
                fields.Add(path, value.Kind switch
                {
                    RuleValueKind.Text => Quote(value.Text),
                    RuleValueKind.Float => value.Float.ToString("F6", CultureInfo.InvariantCulture),
                    _ => value.Integer.ToString(CultureInfo.InvariantCulture),
                });
                break;
            case StructType structure:
                Assert.Equal(RuleValueKind.Struct, value.Kind);
                Write(fields, path, structure, value.Struct, maximum);
                break;
            case ArrayType array:
                Assert.Equal(RuleValueKind.Array, value.Kind);
                Assert.True(value.Array.Get(-1).IsUndefined);
                Assert.True(value.Array.Get(value.Array.Count).IsUndefined);
                for (var i = 0; i < Math.Min(value.Array.Count, maximum); i++)
                    Write(fields, $"{path}[{i}]", array.Element, value.Array.Get(i), maximum);
                break;
            case DictionaryType dictionary:
                Assert.Equal(RuleValueKind.Dictionary, value.Kind);
                for (var i = 0; i < value.Dictionary.Count; i++)
                    Write(fields, $"{path}.{Encoding.Latin1.GetString(value.Dictionary[i].Key)}", dictionary.Element, value.Dictionary[i].Value, maximum);
                break;
            default:
                Assert.Fail($"{path} is a function and has a value");
                break;
        }
    }
}
