namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>Archives and installers of other days.</summary>
internal static partial class ContainerSamples
{
    private static Dictionary<string, Sample> OldArchives() => [];
}
