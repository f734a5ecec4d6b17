namespace Perisai.Cli.Definitions;

/// <summary>What the definitions of a scan are made of.</summary>
internal sealed record DefinitionSources
{
    /// <summary>Sources and compiled segments, in any order.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    public bool IncludeBuiltIn { get; init; } = true;

    public bool AllowUnsigned { get; init; }

    /// <summary>Where the certificates for detached signatures are; null where those are not looked at.</summary>
    public string? CertificatesFolder { get; init; }

    /// <summary>Load the databases of potentially unwanted programs.</summary>
    public bool IncludePotentiallyUnwanted { get; init; } = true;

    /// <summary>Load the databases about links in mails.</summary>
    public bool IncludeLinks { get; init; } = true;

    /// <summary>Load definitions by bytes that are named as those of phishing.</summary>
    public bool IncludePhishing { get; init; } = true;

    /// <summary>Go on where a source has wrong lines, without them.</summary>
    public bool IgnoreErrors { get; init; }

    public bool UseCache { get; init; } = true;
}
