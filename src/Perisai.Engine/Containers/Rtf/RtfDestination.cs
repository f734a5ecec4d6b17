namespace Perisai.Engine.Containers.Rtf;

/// <summary>What a group holds. Groups inside a destination belong to it, unless they are of a destination that programs may skip.</summary>
internal enum RtfDestination : byte
{
    Text,
    Object,
    Picture,
    DataStore,
    Skipped,
}
