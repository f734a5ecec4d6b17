namespace Perisai.Engine.Containers;

/// <summary>Names of what may be observed of an object, so that hosts can turn each into their own alert.</summary>
internal static class Observations
{
    public const string VbaMacros = "Document.VbaMacros";
    public const string ExcelMacros = "Document.ExcelMacros";

    /// <summary>The headers of a program are so that it cannot run, or not as they say.</summary>
    public const string BrokenExecutable = "Executable.Broken";
    public const string MbrPartitionsIntersect = "Disk.MbrPartitionsIntersect";
    public const string GptPartitionsIntersect = "Disk.GptPartitionsIntersect";
    public const string ApplePartitionsIntersect = "Disk.ApmPartitionsIntersect";

    /// <summary>A layer of a container image deletes what layers below it hold.</summary>
    public const string LayerDeletes = "Image.LayerDeletes";
    /// <summary>A program looks packed, and what it is unpacked could not be found out.</summary>
    public const string PackedExecutable = "Executable.Packed";
}
