using Perisai.Engine.Containers;
using Perisai.Engine.Hashing;

namespace Perisai.Engine.Scanning;

/// <summary>
/// Computes the digests that definitions ask of roots beside one another, ahead of their scans: as many roots are taken from the caller as
/// keep all lanes busy. One a thread.
/// </summary>
internal sealed class RootDigester(DefinitionSet definitions, ScanLimits limits) : IDisposable
{
    private readonly Md5Batch _batch = new();

    /// <summary>
    /// Content up to this is read once, for digests and scan together. Of larger ones the digests are read ahead on their own, or some dozen roots would hold
    /// much memory.
    /// </summary>
    private const int MaximumKept = 1 << 20;

    /// <summary>Roots whose digests are under way.</summary>
    private readonly List<PreparedRoot> _pending = [];

    /// <summary>The roots, in the order in which their digests are done; each is to be disposed. Once it is cancelled, digests are missing.</summary>
    public IEnumerable<PreparedRoot> Prepare(IEnumerable<ScanItem> items, CancellationToken cancellation)
    {
        try
        {
            foreach (var item in items)
            {
                var root = new PreparedRoot(item);
                if (cancellation.IsCancellationRequested || !Begin(root))
                {
                    yield return root;
                    continue;
                }

                _pending.Add(root);
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
            _pending.ForEach(root => root.Dispose());
            _pending.Clear();
        }
    }

    public void Dispose() => _batch.Dispose();

    private bool Begin(PreparedRoot root)
    {
        try
        {
            if (IsLargeContainer(root.Source))
                return false;
            root.ReadWhole(MaximumKept);
            root.Digests = PreparedDigests.Prepare(definitions, root.Source, limits);
            root.Digests?.Jobs.ForEach(_batch.Add);
        }
        catch (Exception exception) when (exception is not SegmentException)
        {
            // Its own scan meets the error again and reports it.
        }

        return root.Digests is not null;
    }

    /// <summary>
    /// A large one is scanned at once, and its digest computed in its own pass: it would keep a lane until some dozen times as many bytes of other files are
    /// hashed, and then, at the end, one thread alone with its members, which take far longer than the digest.
    /// </summary>
    private bool IsLargeContainer(ByteSource source) =>
        source.Length > MaximumKept && ContainerDispatcher.ReaderFor(ContainerDispatcher.Identify(source, new ScanBudget(limits))) is not null;

    private PreparedRoot? TakeDone()
    {
        var index = _pending.FindIndex(static pending => pending.Digests!.IsDone);
        if (index < 0)
            return null;
        var done = _pending[index];
        _pending.RemoveAt(index);
        return done;
    }
}
