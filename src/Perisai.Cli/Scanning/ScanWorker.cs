using Perisai.Engine;

namespace Perisai.Cli.Scanning;

/// <summary>
/// One scanning thread: takes batches, scans what is in them, hands them back. The scanner works on files of several batches at a time.
/// Whatever happens to a file, its entry gets a result.
/// </summary>
internal sealed class ScanWorker(ScanPipeline pipeline, BatchQueue queue, CancellationToken cancellation)
{
    /// <summary>Where a result belongs.</summary>
    private sealed record Place(Batch Batch, int Index);

    /// <summary>Begun and not complete.</summary>
    private readonly HashSet<Batch> _batches = [];

    public void Run()
    {
        try
        {
            using var scanner = new Scanner(pipeline.Definitions, pipeline.Options);
            while (!cancellation.IsCancellationRequested && queue.Take() is { } batch)
                Scan(scanner, batch);
        }
        catch (SegmentException exception)
        {
            pipeline.Fail(exception.Message);
        }

        // The scan may have ended early: the rest of the walk has its results all the same.
        foreach (var batch in _batches.ToList())
            Cancel(batch);
        while (queue.Take() is { } batch)
        {
            batch.Begin();
            Cancel(batch);
        }
    }

    private void Scan(Scanner scanner, Batch first)
    {
        foreach (var (item, report) in scanner.ScanMany(Items(first), cancellation))
        {
            pipeline.Progress.Add(report.Length);
            var (batch, index) = (Place)item.Tag!;
            SetResult(batch, index, new(batch.Entries[index].Path, report)
            {
                Status = batch.Entries[index].Status,
                Printed = pipeline.TakePrinted?.Invoke() ?? [],
            });
            item.Source.Dispose();
            if (cancellation.IsCancellationRequested)
                return;
        }
    }

    /// <summary>
    /// What is to be scanned, as long as a batch comes soon: to wait long for one would hold back those that are under way. Entries that are not
    /// scanned get their results on the way.
    /// </summary>
    private IEnumerable<ScanItem> Items(Batch first)
    {
        for (var batch = first; batch is not null; batch = queue.TakeSoon())
        {
            batch.Begin();
            _batches.Add(batch);
            // An empty one has nothing to wait for.
            HandBack(batch);
            for (var i = 0; i < batch.Entries.Count; i++)
            {
                if (cancellation.IsCancellationRequested)
                    yield break;
                var entry = batch.Entries[i];
                if (entry.Content is not null)
                    yield return new(entry.Content, entry.Path.Name, new Place(batch, i));
                else if (entry.File is not null)
                    yield return new(new FileByteSource(entry.File), entry.Path.Name, new Place(batch, i));
                else
                    SetResult(batch, i, ScanResult.Of(entry, entry.Reason!.Value, entry.Detail));
            }
        }
    }

    private void SetResult(Batch batch, int index, ScanResult result)
    {
        batch.SetResult(index, result);
        HandBack(batch);
    }

    private void HandBack(Batch batch)
    {
        if (!batch.IsComplete)
            return;
        _batches.Remove(batch);
        queue.Finish(batch);
    }

    private void Cancel(Batch batch)
    {
        HandBack(batch);
        for (var i = 0; i < batch.Entries.Count; i++)
        {
            var entry = batch.Entries[i];
            if (batch.Results[i] is not null)
                continue;
            entry.File?.Dispose();
            entry.Content?.Dispose();
            SetResult(batch, i, ScanResult.Of(entry, entry.Reason ?? NotScannedReason.Cancelled, entry.Reason is null ? "" : entry.Detail));
        }
    }
}
