using Perisai.Engine.Formats.Pe.Icons;

namespace Perisai.Engine.Scanning;

/// <summary>
/// Compares the icons of a program with those of definitions. They are read when a definition asks for them whose other conditions hold, once an
/// object.
/// </summary>
internal sealed class IconSearch(DefinitionSet definitions)
{
    private IReadOnlyList<IconMetrics>? _icons;

    /// <summary>Another object comes.</summary>
    public void Clear() => _icons = null;

    public bool HasIcon(ObjectContext context, string firstGroup, string secondGroup)
    {
        if (context.Type != FileType.Pe || definitions.Icons.IsEmpty)
            return false;
        _icons ??= PeIconReader.Read(new BoundedReader(context.Source, context.Budget));
        return _icons.Count > 0 && definitions.Icons.IsLike(_icons, firstGroup, secondGroup);
    }
}
