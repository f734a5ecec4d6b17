namespace Perisai.Engine.Containers.Dmg;

/// <summary>What can be wrong with an Apple disk image.</summary>
internal static class DmgFaults
{
    public const string BadTrailer = "dmg.bad-trailer";
    public const string BadProperties = "dmg.bad-properties";
    public const string BadTable = "dmg.bad-table";
    public const string ChunkOutside = "dmg.chunk-outside";
    public const string BadChunk = "dmg.bad-chunk";
    public const string OverlappingChunks = "dmg.overlapping-entries";
}
