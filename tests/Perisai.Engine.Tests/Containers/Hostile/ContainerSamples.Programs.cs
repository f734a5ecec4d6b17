namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>Programs and what they carry.</summary>
internal static partial class ContainerSamples
{
    private static Dictionary<string, Sample> Programs() => [];
}
