namespace Perisai.Engine.Containers.Mail;

/// <summary>
/// Reads one mail message: every body and attachment is a member, decoded; a mail in a mail is a member that is opened in its turn.
/// </summary>
internal sealed class MailReader : IContainerReader
{
    public static readonly MailReader Instance = new();

    public string Name => "mail";

    public void Read(ByteSource source, IMemberSink sink) => new MailWalk(source, sink).Run();
}
