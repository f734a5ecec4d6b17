using System.Text;
using System.Text.Json;

namespace Perisai.Engine.Modules;

/// <summary>Facts that are members of a JSON report, named as in the schema. What is missing or of another kind is undefined.</summary>
/// <param name="schema">What to look for.</param>
/// <param name="report">Where.</param>
/// <param name="names">
/// The number that a text stands for where a number is expected (the constants of an enumeration), by the field's name and the text.
/// </param>
internal sealed class JsonFacts(StructType schema, JsonElement report, Func<string, string, RuleValue> names) : RuleStruct
{
    public override RuleValue Get(int field) => (uint)field < (uint)schema.Fields.Length
        ? Convert(schema.Fields[field].Name, report.Member(schema.Fields[field].Name), schema.Fields[field].Type) : RuleValue.Undefined;

    private RuleValue Convert(string name, JsonElement element, ModuleType type) => type switch
    {
        StructType inner => RuleValue.Of(new JsonFacts(inner, element, names)),
        ArrayType array => RuleValue.Of(new FixedArray([.. element.Elements().Select(one => Convert(name, one, array.Element))])),
        DictionaryType dictionary => RuleValue.Of(new RuleDictionary(element.ValueKind == JsonValueKind.Object
            ? [.. element.EnumerateObject().Select(member => (Encoding.UTF8.GetBytes(member.Name), Convert(name, member.Value, dictionary.Element)))]
            : [])),
        ScalarType { Kind: RuleValueKind.Text } => RuleValue.Of(element.Text()),
        ScalarType { Kind: RuleValueKind.Integer } => element.ValueKind switch
        {
            JsonValueKind.String => names(name, Encoding.UTF8.GetString(element.Text() ?? [])),
            JsonValueKind.True => RuleValue.Of(1L),
            JsonValueKind.False => RuleValue.Of(0L),
            _ => element.Number(),
        },
        _ => RuleValue.Undefined,
    };
}
