namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>Images of disks and packages.</summary>
internal static partial class ContainerSamples
{
    private static Dictionary<string, Sample> Images() => [];
}
