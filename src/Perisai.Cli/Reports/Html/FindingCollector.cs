using Perisai.Cli.Scanning;
using Perisai.Engine;

namespace Perisai.Cli.Reports.Html;

/// <summary>
/// Findings for a page. A page of a hundred thousand lines serves nobody: of each kind the first ones are kept and the rest is counted, and the page
/// says so.
/// </summary>
internal sealed class FindingCollector : IResultSink
{
    /// <summary>Detections and suspicions shown.</summary>
    public const int MaximumThreats = 2000;

    /// <summary>Entries shown for one reason of not being scanned.</summary>
    public const int MaximumPerReason = 500;

    private readonly List<(string Path, Finding Finding)> _threats = [];
    private readonly Dictionary<NotScannedReason, List<(string Path, NotScanned Finding)>> _notScanned = [];

    public IReadOnlyList<(string Path, Finding Finding)> Threats => _threats;

    /// <summary>Detections and suspicions in all.</summary>
    public long ThreatCount { get; private set; }

    public IReadOnlyList<(string Path, NotScanned Finding)> NotScannedFor(NotScannedReason reason) => _notScanned.GetValueOrDefault(reason) ?? [];

    public void Add(ScanResult result)
    {
        foreach (var finding in result.Report.Findings)
        {
            if (finding is NotScanned notScanned)
            {
                if (!_notScanned.TryGetValue(notScanned.Reason, out var list))
                    _notScanned.Add(notScanned.Reason, list = []);
                if (list.Count < MaximumPerReason)
                    list.Add((Words.PathOf(result, finding), notScanned));
            }
            else if (finding is Detection or Suspicion)
            {
                ThreatCount++;
                if (_threats.Count < MaximumThreats)
                    _threats.Add((Words.PathOf(result, finding), finding));
            }
        }
    }
}
