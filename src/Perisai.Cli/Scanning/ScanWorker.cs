using Perisai.Engine;

namespace Perisai.Cli.Scanning;

/// <summary>One scanning thread: takes batches, scans them, hands them back. Whatever happens to a file, its entry gets a result.</summary>
internal sealed class ScanWorker(ScanPipeline pipeline, BatchQueue queue, CancellationToken cancellation)
{
    private Scanner? _scanner;

    public void Run()
    {
        while (queue.Take() is { } batch)
        {
            Scan(batch);
            queue.Finish(batch);
        }

        _scanner?.Dispose();
    }

    private void Scan(Batch batch)
    {
        var items = new List<ScanItem>(batch.Entries.Count);
        foreach (var entry in batch.Entries)
        {
            if (entry.Content is not null)
                items.Add(new(entry.Content, entry.Path.Name));
            else if (entry.File is not null)
                items.Add(new(new FileByteSource(entry.File), entry.Path.Name));
        }

        var reports = new List<ScanReport>(items.Count);
        // A file at which a scanner fails is left out and the rest of the batch goes on with a new one.
        while (reports.Count < items.Count && !cancellation.IsCancellationRequested && Scan(items, reports))
        {
        }

        items.ForEach(item => item.Source.Dispose());

        var next = 0;
        foreach (var entry in batch.Entries)
        {
            if (entry.Reason is { } reason)
                batch.Results.Add(ScanResult.Of(entry, reason, entry.Detail));
            else if (next < reports.Count)
                batch.Results.Add(new(entry.Path, reports[next++]) { Status = entry.Status });
            else
                batch.Results.Add(ScanResult.Of(entry, NotScannedReason.Cancelled, ""));
        }
    }

    private bool Scan(List<ScanItem> items, List<ScanReport> reports)
    {
        try
        {
            _scanner ??= new(pipeline.Definitions, pipeline.Options);
            var rest = items.GetRange(reports.Count, items.Count - reports.Count);
            foreach (var report in _scanner.ScanMany(rest, cancellation))
            {
                reports.Add(report);
                pipeline.Progress.Add(report.Length);
                if (cancellation.IsCancellationRequested)
                    break;
            }

            return true;
        }
        catch (SegmentException exception)
        {
            pipeline.Fail(exception.Message);
            return false;
        }
        catch (Exception exception)
        {
            _scanner = null;
            var item = items[reports.Count];
            reports.Add(new()
            {
                Name = item.Name,
                Verdict = Verdict.NotScanned,
                Length = item.Source.Length,
                Findings =
                [
                    new NotScanned
                    {
                        Path = [item.Name],
                        Length = item.Source.Length,
                        Reason = NotScannedReason.ReaderFailed,
                        Detail = $"{exception.GetType().Name}: {exception.Message}",
                    },
                ],
            });
            return true;
        }
    }
}
