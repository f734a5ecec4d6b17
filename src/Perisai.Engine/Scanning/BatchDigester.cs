using Perisai.Engine.Hashing;

namespace Perisai.Engine.Scanning;

/// <summary>Computes the digests that definitions ask of several objects beside one another, before the objects are scanned. One a thread.</summary>
internal sealed class BatchDigester(DefinitionSet definitions, ScanLimits limits) : IDisposable
{
    /// <summary>Fewer objects are not worth a batch: their digests are computed in their own pass.</summary>
    private const int MinimumObjects = 3;

    private readonly Md5Batch _batch = new();
    private readonly List<Md5Job> _jobs = [];

    /// <summary>Prepares roots.</summary>
    public PreparedDigests?[] Prepare(IReadOnlyList<ScanItem> items, CancellationToken cancellation)
    {
        var prepared = new PreparedDigests?[items.Count];
        if (items.Count < MinimumObjects)
            return prepared;
        for (var i = 0; i < items.Count; i++)
            prepared[i] = Prepare(items[i].Source);
        Compute(cancellation);
        return prepared;
    }

    /// <summary>Prepares members of a container.</summary>
    public void Prepare(List<PendingMember> members, ScanBudget budget)
    {
        if (members.Count < MinimumObjects)
            return;
        foreach (var member in members)
            member.Digests = member.Source is { } source ? Prepare(source) : null;
        Compute(budget.Cancellation);
    }

    public void Dispose() => _batch.Dispose();

    private PreparedDigests? Prepare(ByteSource source)
    {
        try
        {
            if (PreparedDigests.Prepare(definitions, source, limits) is not { } prepared)
                return null;
            prepared.AddJobs(_jobs);
            return prepared;
        }
        catch (IOException)
        {
            // Its own scan meets the error again and reports it.
            return null;
        }
    }

    private void Compute(CancellationToken cancellation)
    {
        _batch.Compute(_jobs, cancellation);
        _jobs.Clear();
    }
}
