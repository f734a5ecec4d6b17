using System.Text;
using Perisai.Engine;

namespace Perisai.Cli.Reports.Diagnostics;

/// <summary>The cost of a rule in words.</summary>
internal static class RuleCostText
{
    /// <summary>The id under which costs stand among diagnostics.</summary>
    public const string Id = "yara.rule-cost";

    /// <summary>Class, string, atom and reason: <c>fast: $a by 61 20 72 61 "a ra": about 0.1 places in a MiB</c>.</summary>
    public static string Of(RuleCost cost)
    {
        var text = new StringBuilder(NameOf(cost.Class)).Append(": ");
        if (cost.String is not null)
        {
            text.Append(cost.String);
            if (cost.Atom is { Length: > 0 } atom)
                text.Append(" by ").Append(Shown(Convert.FromHexString(atom)));
            text.Append(": ");
        }

        return text.Append(cost.Reason).ToString();
    }

    public static string NameOf(RuleCostClass cost) => cost switch { RuleCostClass.Fast => "fast", RuleCostClass.Moderate => "moderate", _ => "slow" };

    /// <summary>How many there are of each class.</summary>
    public static string Summary(IReadOnlyCollection<RuleCost> costs) => string.Join(", ", Enum.GetValues<RuleCostClass>()
        .Select(one => $"{Words.Number(costs.Count(cost => cost.Class == one))} {NameOf(one)}"));

    private static string Shown(byte[] bytes)
    {
        var hex = string.Join(' ', bytes.Select(value => value.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
        return Array.TrueForAll(bytes, value => value is >= 0x20 and < 0x7F) ? $"{hex} \"{Encoding.ASCII.GetString(bytes)}\"" : hex;
    }
}
