namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>Office documents.</summary>
internal static partial class ContainerSamples
{
    private static Dictionary<string, Sample> Documents() => [];
}
