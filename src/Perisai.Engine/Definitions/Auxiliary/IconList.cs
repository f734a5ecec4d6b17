using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Formats.Pe.Icons;

namespace Perisai.Engine.Definitions.Auxiliary;

/// <summary>
/// The icons of all definitions, each in two groups. The fields of a definition: the first group, the second group, and what the icon looks like in
/// the text form of <see cref="IconMetrics"/>.
/// </summary>
internal sealed class IconList
{
    private const string AnyGroup = "*";

    private readonly ImmutableArray<(string First, string Second, IconMetrics Metrics)> _icons;

    public IconList(IEnumerable<AuxiliaryDefinition> definitions)
    {
        var icons = ImmutableArray.CreateBuilder<(string, string, IconMetrics)>();
        foreach (var definition in definitions)
        {
            if (definition is { Kind: AuxiliaryKind.Icon, Fields: [var first, var second, var text] } && IconMetrics.Parse(text, out _) is { } metrics)
                icons.Add((first, second, metrics));
        }

        _icons = icons.ToImmutable();
    }

    public bool IsEmpty => _icons.IsEmpty;

    /// <summary>Whether one of these icons is like one of the definitions' icons that are in both groups.</summary>
    public bool IsLike(IReadOnlyList<IconMetrics> icons, string firstGroup, string secondGroup)
    {
        foreach (var (first, second, metrics) in _icons)
        {
            if ((firstGroup != AnyGroup && first != firstGroup) || (secondGroup != AnyGroup && second != secondGroup))
                continue;
            foreach (var icon in icons)
            {
                if (icon.SizeClass == metrics.SizeClass && icon.IsLike(metrics))
                    return true;
            }
        }

        return false;
    }
}
