using System.Collections.Immutable;
using System.Globalization;

namespace Perisai.Conformance.Yara.Generation;

/// <summary>The types of expressions.</summary>
internal enum ConditionType
{
    TruthValue,
    IntegerValue,
    FloatValue,
    TextValue,
}

/// <summary>An expression of a condition.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Format">How it is written, with numbered places for its parts; as it stands where it has none.</param>
/// <param name="Children">Its parts.</param>
internal sealed record ConditionNode(ConditionType Type, string Format, ImmutableArray<ConditionNode> Children)
{
    /// <summary>How it is written for a yara before 4.3, where that does not know the form.</summary>
    public string? PeerFormat { get; init; }

    public IEnumerable<ConditionNode> All => Children.SelectMany(child => child.All).Prepend(this);

    /// <summary>Parts of its own type, constants, and itself with a simpler part.</summary>
    public IEnumerable<ConditionNode> Simpler
    {
        get
        {
            if (Children.IsEmpty)
                yield break;
            foreach (var constant in Type switch { ConditionType.TruthValue => (string[])["true", "false"], ConditionType.IntegerValue => ["0", "1"], _ => [] })
                yield return new(Type, constant, []);
            foreach (var part in Children.SelectMany(child => child.All).Where(part => part.Type == Type))
                yield return part;
            for (var i = 0; i < Children.Length; i++)
            {
                foreach (var simpler in Children[i].Simpler)
                    yield return this with { Children = Children.SetItem(i, simpler) };
            }
        }
    }

    public string Write(bool forPeer) => Children.IsEmpty
        ? Format
        : string.Format(CultureInfo.InvariantCulture, forPeer ? PeerFormat ?? Format : Format, [.. Children.Select(child => (object)child.Write(forPeer))]);
}
