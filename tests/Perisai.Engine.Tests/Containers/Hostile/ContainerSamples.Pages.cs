namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>PDF, RTF and other pages.</summary>
internal static partial class ContainerSamples
{
    private static Dictionary<string, Sample> Pages() => [];
}
