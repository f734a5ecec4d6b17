namespace Perisai.Engine.Containers.Inno;

/// <summary>What can be wrong with the data of an Inno Setup installer.</summary>
internal static class InnoFaults
{
    public const string BadVersion = "inno.bad-version";
    public const string BadTable = "inno.bad-table";
    public const string BadBlock = "inno.bad-block";
    public const string BadLocations = "inno.bad-locations";
    public const string BadChunk = "inno.bad-chunk";
    public const string Truncated = "inno.truncated";
    public const string Checksum = "inno.checksum";
    public const string OverlappingEntries = "inno.overlapping-entries";
}
