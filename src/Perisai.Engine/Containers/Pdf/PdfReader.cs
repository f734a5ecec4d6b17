namespace Perisai.Engine.Containers.Pdf;

/// <summary>
/// Reads PDF: every stream, decrypted and decoded, is a member; embedded files bear their own names; scripts that stand in objects are
/// members too. What is opened does not depend on the tables that a viewer follows.
/// </summary>
internal sealed class PdfReader : IContainerReader
{
    public static readonly PdfReader Instance = new();

    public string Name => "pdf";

    public FormatDescription Description { get; } = new(
        "PDF",
        "all streams (Flate, LZW, ASCIIHex, ASCII85, RunLength, predictors), objects in object streams, embedded files, scripts, what updates replaced, "
        + "damaged files; encryption by password (RC4, AES-128, AES-256)",
        "ISO 32000-1, ISO 32000-2")
    {
        Limits = "200,000 streams and a million objects; 8 MiB of text in one object, 32 MiB in an object stream",
        Gaps = "encryption by certificates; files that are merely referred to",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var facts = new PdfFacts(sink);
        var scan = new PdfObjectScan(reader, sink, facts);
        scan.Run();
        new PdfWalk(source, reader, sink, facts, scan).Run();
    }
}
