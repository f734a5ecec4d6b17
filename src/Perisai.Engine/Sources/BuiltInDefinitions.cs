using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Sources;

/// <summary>
/// Definitions that come with the engine: the folder <c>rules</c> of the repository, whose files are resources of this library.
/// </summary>
internal static class BuiltInDefinitions
{
    /// <summary>The folder that they are in, in listings and detections, and their kind in reports.</summary>
    public const string Source = "built-in";

    private const string Folder = "rules/";

    /// <summary>The databases, by name.</summary>
    public static IEnumerable<LoadUnit> Units()
    {
        var assembly = typeof(BuiltInDefinitions).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var kind = DatabaseKind.Of(resource) ?? throw new InvalidOperationException($"{resource} is of no known kind.");
            yield return new(kind, $"{Source}/{resource[Folder.Length..]}", DefinitionFlags.None, () => assembly.GetManifestResourceStream(resource)!)
            {
                CountedAs = Source,
            };
        }
    }
}
