namespace Perisai.Engine.Containers.Pdf;

/// <summary>A stream of the document: where its bytes lie, and what its dictionary says of them.</summary>
/// <param name="Number">The object's number, which chooses its key where the document is encrypted.</param>
/// <param name="Dictionary">Only the entries that decoding needs.</param>
internal sealed record PdfStream(int Number, int Generation, long Offset, long Length, PdfValue Dictionary)
{
    /// <summary>Without its end, the stream goes on to the end of the data.</summary>
    public bool IsTruncated { get; init; }

    public bool IsObjectStream => Dictionary["Type"].IsName("ObjStm");

    public bool IsCrossReference => Dictionary["Type"].IsName("XRef");
}
