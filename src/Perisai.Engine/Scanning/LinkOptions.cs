namespace Perisai.Engine;

/// <summary>What is reported of links in mails, beside those that show an address that definitions protect and lead to another.</summary>
public sealed record LinkOptions
{
    /// <summary>Links that show an encrypted address and lead to one that is not.</summary>
    public bool ReportsSsl { get; init; } = true;

    /// <summary>Links that hide a zero in where they lead.</summary>
    public bool ReportsCloaks { get; init; } = true;
}
