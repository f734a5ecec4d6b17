namespace Perisai.Engine.Containers.Pdf;

/// <summary>What can be wrong with a PDF.</summary>
internal static class PdfFaults
{
    public const string TruncatedStream = "pdf.truncated-stream";
    public const string TruncatedObject = "pdf.truncated-object";
    public const string WrongLength = "pdf.wrong-length";
    public const string MissingEnd = "pdf.missing-end";
    public const string EndMark = "pdf.no-end-mark";
    public const string ObjectTooLarge = "pdf.object-too-large";
    public const string TooManyObjects = "pdf.too-many-objects";
    public const string TooMuchText = "pdf.too-much-text";
    public const string RepeatedScans = "pdf.repeated-scans";
    public const string ObjectStream = "pdf.bad-object-stream";
    public const string ObjectStreamTooLarge = "pdf.object-stream-too-large";
    public const string HiddenObject = "pdf.object-inside-another";
}
