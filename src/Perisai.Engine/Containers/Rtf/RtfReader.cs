namespace Perisai.Engine.Containers.Rtf;

/// <summary>Reads rich text: embedded objects, pictures and data stores, written in hexadecimal digits or as they are.</summary>
internal sealed class RtfReader : IContainerReader
{
    public static readonly RtfReader Instance = new();

    public string Name => "rtf";

    public FormatDescription Description { get; } = new(
        "Rich text (rtf)",
        "embedded objects (packages, OLE2 and others), pictures, data stores; in digits, with whatever is strewn between them, or binary",
        "Rich Text Format 1.9.1; [MS-OLEDS] 2.2, 2.3.6")
    {
        Limits = "a million groups in one another",
        Gaps = "objects that are links",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var scan = new RtfScan(source, sink);
        scan.Run();
    }
}
