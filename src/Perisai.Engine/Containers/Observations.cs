namespace Perisai.Engine.Containers;

/// <summary>Names of what may be observed of an object, so that hosts can turn each into their own alert.</summary>
internal static class Observations
{
    public const string VbaMacros = "Document.VbaMacros";
    public const string ExcelMacros = "Document.ExcelMacros";

    /// <summary>Macros with compiled code whose source was taken out, so that only the code tells what they do.</summary>
    public const string MacrosWithoutSource = "Document.MacrosWithoutSource";

    /// <summary>The headers of a program are so that it cannot run, or not as they say.</summary>
    public const string BrokenExecutable = "Executable.Broken";
    public const string MbrPartitionsIntersect = "Disk.MbrPartitionsIntersect";
    public const string GptPartitionsIntersect = "Disk.GptPartitionsIntersect";
    public const string ApplePartitionsIntersect = "Disk.ApmPartitionsIntersect";

    /// <summary>A layer of a container image deletes what layers below it hold.</summary>
    public const string LayerDeletes = "Image.LayerDeletes";

    /// <summary>A program looks packed, and what it is unpacked could not be found out.</summary>
    public const string PackedExecutable = "Executable.Packed";

    /// <summary>Something happens when the document is opened.</summary>
    public const string PdfOpenAction = "Pdf.OpenAction";

    /// <summary>Something happens when a page or a field is shown, left, entered …</summary>
    public const string PdfAdditionalActions = "Pdf.AdditionalActions";

    public const string PdfJavaScript = "Pdf.JavaScript";

    /// <summary>An action starts a program or opens a file; the detail names it.</summary>
    public const string PdfLaunch = "Pdf.Launch";

    /// <summary>A link; the detail is the first one.</summary>
    public const string PdfUri = "Pdf.Uri";

    public const string PdfEmbeddedFile = "Pdf.EmbeddedFile";

    /// <summary>A name that has a meaning is written with #xx in place of letters; the detail is the name.</summary>
    public const string PdfObfuscatedName = "Pdf.ObfuscatedName";

    /// <summary>An image is broken; what is wrong follows, in the words of clamscan's alerts: <c>Image.Broken.GIF.UnknownBlockLabel</c>.</summary>
    public const string BrokenImage = "Image.Broken.";
}
