namespace Perisai.Engine.Containers.Mail;

/// <summary>
/// Reads one mail message: every body and attachment is a member, decoded; a mail in a mail is a member that is opened in its turn.
/// </summary>
internal sealed class MailReader : IContainerReader
{
    public static readonly MailReader Instance = new();

    public string Name => "mail";

    public FormatDescription Description { get; } = new(
        "Mail message (eml; RFC 5322, MIME)",
        "bodies and attachments of every nested part; base64, quoted-printable, uuencode, yEnc; mails in mails; second "
        + "readings where mail programs would differ",
        "RFC 5322, RFC 2045 to 2049, RFC 2047, RFC 2231")
    {
        Limits = "64 KiB of a field, 8 boundaries, 8 second readings of multiparts, names of 1,024 bytes",
        Gaps = "opaque S/MIME and encrypted mail is reported; parts of message/partial are not joined",
    };

    public void Read(ByteSource source, IMemberSink sink) => new MailWalk(source, sink).Run();
}
