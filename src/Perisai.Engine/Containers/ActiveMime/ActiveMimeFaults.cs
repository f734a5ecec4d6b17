namespace Perisai.Engine.Containers.ActiveMime;

/// <summary>What can be wrong with an ActiveMime object.</summary>
internal static class ActiveMimeFaults
{
    /// <summary>No compressed data is found in it.</summary>
    public const string NoData = "activemime.no-data";
}
