namespace Perisai.Engine.Containers.Tnef;

/// <summary>Reads winmail.dat: attachments, embedded messages and objects, and the bodies of a message of Outlook and Exchange.</summary>
internal sealed class TnefReader : IContainerReader
{
    public static readonly TnefReader Instance = new();

    public string Name => "tnef";

    public void Read(ByteSource source, IMemberSink sink) => new TnefWalk(source, sink).Run();
}
