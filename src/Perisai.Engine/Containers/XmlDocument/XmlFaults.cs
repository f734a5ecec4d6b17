namespace Perisai.Engine.Containers.XmlDocument;

/// <summary>What can be wrong with data in XML.</summary>
internal static class XmlFaults
{
    public const string TooManyParts = "xml.too-many-parts";
    public const string UnfinishedData = "xml.unfinished-data";
    public const string Truncated = "xml.truncated";
}
