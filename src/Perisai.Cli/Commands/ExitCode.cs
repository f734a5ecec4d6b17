namespace Perisai.Cli.Commands;

/// <summary>Exit codes, those of clamscan.</summary>
internal static class ExitCode
{
    /// <summary>Nothing was detected.</summary>
    public const int Clean = 0;

    /// <summary>Something was detected, whatever else happened.</summary>
    public const int Detected = 1;

    /// <summary>An error: of the arguments, of the definitions, of the output; or the scan was cancelled.</summary>
    public const int Error = 2;
}
