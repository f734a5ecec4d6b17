using System.Diagnostics;

namespace Perisai.Engine.Scanning;

/// <summary>Collects what one root's scan finds.</summary>
internal sealed class ReportBuilder(string name)
{
    /// <summary>Findings kept; an archive of a million broken entries need not be described entry by entry. Detections are always kept.</summary>
    public const int MaximumFindings = 10_000;

    private readonly List<Finding> _findings = [];
    private readonly List<ScannedObject> _objects = [];
    private readonly List<RuleMatch> _failingRules = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _dropped;

    public long ScannedBytes { get; set; }

    public int ObjectCount { get; set; }

    public Verdict Verdict { get; private set; }

    /// <summary>Detections so far.</summary>
    public int Detections { get; private set; }

    /// <summary>Lists an object.</summary>
    public void Describe(ObjectContext context)
    {
        if (_objects.Count < MaximumFindings)
            _objects.Add(new(context.Path, context.Type, context.Length, context.Digests) { IsView = context.IsView });
    }

    public void AddFailing(IEnumerable<RuleMatch> rules) => _failingRules.AddRange(rules);

    public void Add(Finding finding)
    {
        var verdict = finding switch
        {
            Detection => Verdict.Detected,
            Suspicion => Verdict.Suspicious,
            NotScanned => Verdict.NotScanned,
            _ => Verdict.Clean,
        };
        if (verdict == Verdict.Detected)
            Detections++;
        if (verdict > Verdict)
            Verdict = verdict;
        if (_findings.Count < MaximumFindings || verdict == Verdict.Detected)
            _findings.Add(finding);
        else
            _dropped++;
    }

    public ScanReport Build(FileType type, long length)
    {
        if (_dropped > 0)
        {
            _findings.Add(new Malformation
            {
                Path = [name],
                Fault = new("scan.findings-dropped", -1, $"{_dropped} more findings are not listed"),
            });
        }

        return new()
        {
            Name = name,
            Verdict = Verdict,
            Type = type,
            Length = length,
            Findings = [.. _findings],
            Objects = [.. _objects],
            FailingRules = [.. _failingRules],
            ObjectCount = ObjectCount,
            ScannedBytes = ScannedBytes,
            Elapsed = Stopwatch.GetElapsedTime(_started),
        };
    }
}
