using System.Globalization;
using System.Text;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Definitions.Rules;

/// <summary>An external variable that rules were compiled with.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value where a scan gives none (long, double, bool, string); null for those that the scan itself fills.</param>
internal sealed record RuleExternal(string Name, object? Value)
{
    /// <summary>The kind of its value; what the scan itself fills are texts.</summary>
    public RuleValueKind Kind => Value is null ? RuleValueKind.Text : ExternalVariables.KindOf(Value);

    /// <summary>A letter for the type and the value, one character a byte.</summary>
    public string EncodeValue() => Value switch
    {
        null => "",
        bool truth => truth ? "b1" : "b0",
        double number => "f" + number.ToString("R", CultureInfo.InvariantCulture),
        string text => "s" + Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)),
        _ => "i" + Convert.ToInt64(Value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
    };

    public static RuleExternal Decode(string name, string value) => new(name, value switch
    {
        ['b', var truth, ..] => truth == '1',
        ['f', .. var number] => double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0.0,
        ['s', .. var text] => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text)),
        ['i', .. var number] => long.TryParse(number, NumberStyles.Integer, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0L,
        _ => null,
    });
}
