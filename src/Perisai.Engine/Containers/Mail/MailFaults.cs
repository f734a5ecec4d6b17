namespace Perisai.Engine.Containers.Mail;

/// <summary>What can be wrong with a mail.</summary>
internal static class MailFaults
{
    public const string NoHeader = "mail.no-header";
    public const string JunkInHeader = "mail.junk-in-header";
    public const string BrokenFolding = "mail.broken-folding";
    public const string HugeField = "mail.huge-field";
    public const string RepeatedField = "mail.repeated-field";
    public const string MissingBoundary = "mail.missing-boundary";
    public const string BoundaryNotFound = "mail.boundary-not-found";
    public const string AmbiguousBoundary = "mail.ambiguous-boundary";
    public const string MissingClose = "mail.missing-close";
    public const string PartsBehindClose = "mail.parts-behind-close";
    public const string AmbiguousEncoding = "mail.ambiguous-encoding";
    public const string UnknownEncoding = "mail.unknown-encoding";
    public const string JunkInBase64 = "mail.junk-in-base64";
    public const string DataBehindPadding = "mail.data-behind-padding";
    public const string BadQuotedPrintable = "mail.bad-quoted-printable";
    public const string NoMessage = "mbox.no-message";
    public const string QuotedSeparator = "mail.quoted-separator";
}
