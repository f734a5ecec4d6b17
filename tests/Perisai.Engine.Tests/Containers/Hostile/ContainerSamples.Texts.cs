namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>Texts and their normalised views.</summary>
internal static partial class ContainerSamples
{
    private static Dictionary<string, Sample> Texts() => [];
}
