using System.Buffers.Binary;
using System.Globalization;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Matching;

namespace Perisai.Engine.Definitions.Compilation;

/// <summary>Finds, of each rule of a build, the string that costs most and the atom by which that is found.</summary>
internal sealed class RuleCosts
{
    /// <summary>
    /// Estimated places in a GiB from which on a rule is moderate. At 4 ns for a place these are 4 ms in a GiB, which hundreds of rules may take before a scan of 1 GB/s
    /// feels it; a slow one takes a tenth of a second by itself.
    /// </summary>
    private const double ModeratePlaces = 1 << 20, SlowPlaces = 24 << 20;

    private readonly List<RuleCost> _costs = [];
    private SearchCost _worst;
    private string? _worstString;

    public IReadOnlyList<RuleCost> Costs => _costs;

    /// <summary>Adds one form of a string of the rule that is being added.</summary>
    public void Add(string identifier, in SearchCost cost)
    {
        if (_worstString is not null && Rank(cost) <= Rank(_worst))
            return;
        (_worst, _worstString) = (cost, identifier);
    }

    /// <summary>Ends a rule.</summary>
    public void End(RuleDefinition rule)
    {
        if (_worstString is null)
        {
            _costs.Add(new(rule.Name, rule.Location.File, rule.Location.Line, RuleCostClass.Fast)
            {
                Reason = rule.Tests.IsEmpty ? "no strings: its condition is evaluated for every object" : "no strings: a test that rules share decides about most objects",
            });
            return;
        }

        var (cost, text) = (_worst, _worstString);
        (_worst, _worstString) = (default, null);
        var length = cost.IsEverywhere ? 0 : GramGroups.RequiredRun(cost.Group);
        _costs.Add(new(rule.Name, rule.Location.File, rule.Location.Line, ClassOf(cost))
        {
            String = text,
            Atom = cost.IsEverywhere ? "" : Convert.ToHexStringLower(Bytes(cost.Atom)[..length]),
            PlacesInMebibyte = Math.Round(cost.Places / 1024, 1),
            Reason = ReasonOf(cost),
        });
    }

    /// <summary>Two bytes are a pass of their own over all bytes, and one is a slower one.</summary>
    private static double Rank(in SearchCost cost) => cost.Places + (cost.IsEverywhere ? 1e15 : cost.Group switch { GramGroup.Single => 1e12, GramGroup.Tiny => 1e9, _ => 0 });

    private static RuleCostClass ClassOf(in SearchCost cost) => cost.IsEverywhere || cost.Group is GramGroup.Single or GramGroup.Tiny || cost.Places >= SlowPlaces ? RuleCostClass.Slow
        : cost.Places >= ModeratePlaces ? RuleCostClass.Moderate : RuleCostClass.Fast;

    private static string ReasonOf(in SearchCost cost)
    {
        var places = string.Create(CultureInfo.InvariantCulture, $"about {Math.Round(cost.Places / 1024, cost.Places < 10_240 ? 1 : 0)} places in a MiB");
        return cost switch
        {
            { IsEverywhere: true } => "it may match nothing at all, so it is tried at every byte",
            { Group: GramGroup.Single } => $"it has no two bytes in a row that are fixed: one byte stands at {places}",
            { Group: GramGroup.Tiny } => $"it has no four bytes in a row that are fixed: two stand at {places}",
            _ => ClassOf(cost) == RuleCostClass.Fast ? places : $"these bytes are common: {places}",
        };
    }

    private static byte[] Bytes(ulong atom)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, atom);
        return bytes;
    }
}
