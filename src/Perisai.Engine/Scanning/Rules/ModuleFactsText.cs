using System.Globalization;
using System.Text;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Scanning.Rules;

/// <summary>
/// The facts of a module as text, one a line, in the form in which YARA prints them: the fields that were added last come first, but in the elements of arrays and
/// dictionaries, which YARA copies, in their order.
/// </summary>
internal static class ModuleFactsText
{
    /// <summary>Characters at most: an import table of a hostile file may be of any size.</summary>
    private const int MaximumLength = 16 << 20;

    public static string Of(RuleModule module, RuleStruct facts)
    {
        var text = new StringBuilder(module.Name);
        AddFields(text, module.Schema, facts, 0, lastFirst: true);
        if (text.Length >= MaximumLength)
            text.Append("\n\t(more is not shown)");
        return text.Append('\n').ToString();
    }

    private static void AddFields(StringBuilder text, StructType type, RuleStruct facts, int depth, bool lastFirst)
    {
        for (var k = 0; k < type.Fields.Length && text.Length < MaximumLength; k++)
        {
            var i = lastFirst ? type.Fields.Length - 1 - k : k;
            var (name, field) = type.Fields[i];
            if (field is FunctionType)
                continue;
            text.Append('\n').Append('\t', depth + 1).Append(name);
            AddValue(text, field, facts.Get(i), depth + 1, lastFirst);
        }
    }

    private static void AddValue(StringBuilder text, ModuleType type, RuleValue value, int depth, bool lastFirst)
    {
        switch (type)
        {
            case StructType structure:
                AddFields(text, structure, value.Kind == RuleValueKind.Struct ? value.Struct : new FixedStruct(), depth, lastFirst);
                break;
            case ArrayType array:
                for (var i = 0; value.Kind == RuleValueKind.Array && i < value.Array.Count && text.Length < MaximumLength; i++)
                {
                    text.Append('\n').Append('\t', depth + 1).Append(CultureInfo.InvariantCulture, $"[{i}]");
                    AddValue(text, array.Element, value.Array.Get(i), depth + 1, !lastFirst);
                }

                break;
            case DictionaryType dictionary:
                for (var i = 0; value.Kind == RuleValueKind.Dictionary && i < value.Dictionary.Count && text.Length < MaximumLength; i++)
                {
                    text.Append('\n').Append('\t', depth + 1).Append(Encoding.Latin1.GetString(value.Dictionary[i].Key));
                    AddValue(text, dictionary.Element, value.Dictionary[i].Value, depth + 1, !lastFirst);
                }

                break;
            default:
                AddScalar(text, value);
                break;
        }
    }

    private static void AddScalar(StringBuilder text, in RuleValue value)
    {
        text.Append(" = ");
        switch (value.Kind)
        {
            case RuleValueKind.Integer or RuleValueKind.Boolean:
                text.Append(value.Integer);
                break;
            case RuleValueKind.Float:
                text.Append(value.Float.ToString("F6", CultureInfo.InvariantCulture));
                break;
            case RuleValueKind.Text:
                text.Append('"');
                foreach (var character in value.Text)
                {
                    if (character is >= 32 and < 127)
                        text.Append((char)character);
                    else
                        text.Append(CultureInfo.InvariantCulture, $"\\x{character:x2}");
                }

                text.Append('"');
                break;
            default:
                text.Append("YR_UNDEFINED");
                break;
        }
    }
}
