using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Scanning;

/// <summary>
/// Where macro groups matched in one object, and ClamAV's way of counting with them, kept step by step because signatures were tried against
/// it: a match of the subpattern before the macro is judged when its next match is met, and the last one at the end, each against the macro
/// group's last match up to then; and a first match that no other follows is not judged at all, so that the macro then has no match.
/// </summary>
internal sealed class MacroMatches
{
    /// <summary>Matches kept for one group; later ones are dropped.</summary>
    private const int MaximumMatches = 1 << 16;

    private readonly Dictionary<(byte Target, int Group), List<long>> _matches = [];

    public void Clear() => _matches.Clear();

    public void Add(byte target, int group, long start)
    {
        if (!_matches.TryGetValue((target, group), out var starts))
            _matches.Add((target, group), starts = []);
        if (starts.Count < MaximumMatches)
            starts.Add(start);
    }

    /// <summary>Counts a macro.</summary>
    /// <param name="macro">The macro.</param>
    /// <param name="target">The target of its definition: a group is searched for each target on its own.</param>
    /// <param name="starts">Where the subpattern before it matched; sorted here.</param>
    /// <returns>What that subpattern's count and the macro's become.</returns>
    public (uint Before, uint Macro) Count(MacroPattern macro, byte target, List<long> starts)
    {
        var group = _matches.GetValueOrDefault((target, macro.Group)) ?? [];
        group.Sort();
        starts.Sort();
        uint before = 0, matched = 0;
        var last = -1L;
        var next = 0;
        var ofGroup = -1L;
        foreach (var start in starts)
        {
            if (start <= last)
                continue;
            for (; next < group.Count && group[next] < start; next++)
                ofGroup = group[next];
            if (++before == 1)
                last = start;
            else
                Judge(start);
        }

        if (group.Count > 0)
            ofGroup = group[^1];
        if (before > 1)
            Judge(-1);
        return (before, matched);

        void Judge(long start)
        {
            if (ofGroup >= 0 && last + macro.Minimum <= ofGroup && ofGroup <= last + macro.Maximum)
            {
                matched++;
                return;
            }

            before--;
            last = start;
        }
    }
}
