using Perisai.Cli.Scanning;
using Perisai.Engine;

namespace Perisai.Cli.Reports;

/// <summary>One form of output. Results come in the order of the walk.</summary>
internal interface IScanReporter : IResultSink
{
    /// <summary>Writes what is still held back, so that it can be read now.</summary>
    void Flush();

    /// <summary>Ends the output.</summary>
    void End(ScanTotals totals, ScanContext context);
}

/// <summary>What the scan was made with.</summary>
/// <param name="Definitions">The segments in use.</param>
/// <param name="Threads">Scanning threads.</param>
/// <param name="Started">When.</param>
/// <param name="IsCancelled">Whether it was ended early.</param>
/// <param name="ExitCode">How the command ends.</param>
/// <param name="Failure">Why the scan had to end; null where it did not.</param>
internal sealed record ScanContext(
    IReadOnlyList<SegmentInfo> Definitions, int Threads, DateTimeOffset Started, bool IsCancelled, int ExitCode, string? Failure);
