namespace Perisai.Engine.Containers.Tnef;

/// <summary>Reads winmail.dat: attachments, embedded messages and objects, and the bodies of a message of Outlook and Exchange.</summary>
internal sealed class TnefReader : IContainerReader
{
    public static readonly TnefReader Instance = new();

    public string Name => "tnef";

    public FormatDescription Description { get; } = new(
        "TNEF (winmail.dat)",
        "attachments, embedded messages and objects, bodies, compressed RTF",
        "[MS-OXTNEF], [MS-OXRTFCP]")
    {
        Limits = "16 data attributes of one attachment wait for its name",
        Gaps = "names in a code page are read as ISO 8859-1",
    };

    public void Read(ByteSource source, IMemberSink sink) => new TnefWalk(source, sink).Run();
}
