using System.Collections.Immutable;
using System.Text;

namespace Perisai.Conformance.Yara.Generation;

/// <summary>A rule.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Modifiers"><c>private</c> and <c>global</c>.</param>
/// <param name="Strings">Its strings.</param>
/// <param name="Condition">Its condition.</param>
internal sealed record RuleDefinition(string Name, ImmutableArray<string> Modifiers, ImmutableArray<StringDefinition> Strings, ConditionNode Condition)
{
    public IEnumerable<RuleDefinition> Simpler
    {
        get
        {
            foreach (var modifier in Modifiers)
                yield return this with { Modifiers = Modifiers.Remove(modifier) };
            foreach (var condition in Condition.Simpler)
                yield return this with { Condition = condition };
            for (var i = 0; i < Strings.Length; i++)
            {
                yield return this with { Strings = Strings.RemoveAt(i) };
                foreach (var simpler in Strings[i].Simpler)
                    yield return this with { Strings = Strings.SetItem(i, simpler) };
            }
        }
    }

    public string Write(bool forPeer)
    {
        var text = new StringBuilder();
        foreach (var modifier in Modifiers)
            text.Append(modifier).Append(' ');
        text.Append("rule ").Append(Name).Append(" { ");
        if (!Strings.IsEmpty)
            text.Append("strings: ").AppendJoin(' ', Strings.Select(one => one.Write(forPeer))).Append(' ');
        return text.Append("condition: ").Append(Condition.Write(forPeer)).Append(" }").ToString();
    }
}

/// <summary>Rules that belong together, on one line of a file; those with global rules are in a namespace of their own.</summary>
/// <param name="Number">Its number: its rules are named by it.</param>
/// <param name="Rules">The rules; later ones may name earlier ones.</param>
internal sealed record RuleGroup(int Number, ImmutableArray<RuleDefinition> Rules)
{
    public bool IsAlone => Rules.Any(rule => rule.Modifiers.Contains("global"));

    public IEnumerable<StringDefinition> Strings => Rules.SelectMany(rule => rule.Strings);

    public IEnumerable<RuleGroup> Simpler
    {
        get
        {
            for (var i = 0; i < Rules.Length; i++)
            {
                if (Rules.Length > 1)
                    yield return this with { Rules = Rules.RemoveAt(i) };
                foreach (var simpler in Rules[i].Simpler)
                    yield return this with { Rules = Rules.SetItem(i, simpler) };
            }
        }
    }

    public string Write(bool forPeer) => string.Join(' ', Rules.Select(rule => rule.Write(forPeer)));
}
