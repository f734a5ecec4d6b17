using Perisai.Engine.Hashing;

namespace Perisai.Engine.Scanning;

/// <summary>
/// Computes the digests that definitions ask of roots beside one another, ahead of their scans: as many roots are taken from the caller as
/// keep all lanes busy. One a thread.
/// </summary>
internal sealed class RootDigester(DefinitionSet definitions, ScanLimits limits) : IDisposable
{
    private readonly Md5Batch _batch = new();

    /// <summary>Roots whose digests are under way.</summary>
    private readonly List<(ScanItem Item, PreparedDigests Digests)> _pending = [];

    /// <summary>The roots, in the order in which their digests are done. Once it is cancelled, digests are missing.</summary>
    public IEnumerable<(ScanItem Item, PreparedDigests? Digests)> Prepare(IEnumerable<ScanItem> items, CancellationToken cancellation)
    {
        try
        {
            foreach (var item in items)
            {
                if (cancellation.IsCancellationRequested || Begin(item) is not { } begun)
                {
                    yield return (item, null);
                    continue;
                }

                _pending.Add((item, begun));
                while (!_batch.HasVacancy && !cancellation.IsCancellationRequested)
                {
                    _batch.RunUntilVacant(cancellation);
                    while (TakeDone() is { } done)
                        yield return done;
                }
            }

            _batch.RunToEnd(cancellation);
            while (TakeDone() is { } done)
                yield return done;
        }
        finally
        {
            // The caller may have stopped in the middle.
            _batch.Abandon();
            _pending.Clear();
        }
    }

    public void Dispose() => _batch.Dispose();

    private PreparedDigests? Begin(ScanItem item)
    {
        try
        {
            var prepared = PreparedDigests.Prepare(definitions, item.Source, limits);
            prepared?.Jobs.ForEach(_batch.Add);
            return prepared;
        }
        catch (Exception exception) when (exception is not SegmentException)
        {
            // Its own scan meets the error again and reports it.
            return null;
        }
    }

    private (ScanItem Item, PreparedDigests? Digests)? TakeDone()
    {
        var index = _pending.FindIndex(static pending => pending.Digests.IsDone);
        if (index < 0)
            return null;
        var done = _pending[index];
        _pending.RemoveAt(index);
        return done;
    }
}
