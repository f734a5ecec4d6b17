namespace Perisai.Cli.Reports;

/// <summary>How much the text output says.</summary>
internal enum Verbosity
{
    /// <summary>Detections and suspicions only.</summary>
    Quiet,

    /// <summary>Also what content was not looked at, and a summary.</summary>
    Normal,

    /// <summary>Also clean files, links, exclusions and malformations.</summary>
    Verbose,
}
