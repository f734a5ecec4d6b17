using Perisai.Cli.Walking;

namespace Perisai.Cli.Scanning;

/// <summary>Neighbours of the walk that one thread scans.</summary>
internal sealed class Batch(int number)
{
    /// <summary>Entries of a batch at most.</summary>
    public const int MaximumEntries = 16;

    /// <summary>A batch is full with this many bytes, so that the other threads get work too.</summary>
    public const long MaximumBytes = 1 << 20;

    /// <summary>This many are enough while a thread has nothing to do.</summary>
    public const int StarvingEntries = 4;

    private long _bytes;
    private int _missing;

    /// <summary>Its place in the order of the walk.</summary>
    public int Number { get; } = number;

    public List<WalkEntry> Entries { get; } = new(MaximumEntries);

    /// <summary>The results, in the order of the entries; complete when <see cref="IsComplete"/>.</summary>
    public ScanResult[] Results { get; private set; } = [];

    /// <summary>Whether every entry has its result.</summary>
    public bool IsComplete => _missing == 0;

    /// <summary>Findings in the results.</summary>
    public int FindingCount => Results.Sum(result => result.Report.Findings.Length);

    public bool IsFull => Entries.Count >= MaximumEntries || _bytes >= MaximumBytes;

    /// <summary>Whether an entry of this length still belongs here: a large file is alone and keeps no small ones waiting.</summary>
    public bool HasRoomFor(long length) => Entries.Count == 0 || _bytes + length <= MaximumBytes;

    public void Add(WalkEntry entry)
    {
        Entries.Add(entry);
        _bytes += Math.Max(0, entry.Length);
    }

    /// <summary>Begins the scan: nothing more is added.</summary>
    public void Begin()
    {
        Results = new ScanResult[Entries.Count];
        _missing = Entries.Count;
    }

    public void SetResult(int index, ScanResult result)
    {
        Results[index] = result;
        _missing--;
    }
}
