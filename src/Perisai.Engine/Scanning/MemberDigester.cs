using Perisai.Engine.Hashing;

namespace Perisai.Engine.Scanning;

/// <summary>Computes the digests that definitions ask of the members of a container beside one another, before they are scanned. One a thread.</summary>
internal sealed class MemberDigester(DefinitionSet definitions, ScanLimits limits) : IDisposable
{
    /// <summary>Fewer are not worth a batch: their digests are computed in their own pass.</summary>
    private const int MinimumMembers = 3;

    private readonly Md5Batch _batch = new();
    private readonly List<Md5Job> _jobs = [];

    public void Prepare(List<PendingMember> members, ScanBudget budget)
    {
        if (members.Count < MinimumMembers)
            return;
        foreach (var member in members)
        {
            if (member.IsView || member.Source is not { } source)
                continue;
            try
            {
                member.Digests = PreparedDigests.Prepare(definitions, source, limits);
            }
            catch (Exception exception) when (exception is not SegmentException)
            {
                // Its own scan meets the error again and reports it.
            }

            if (member.Digests is { } digests)
                _jobs.AddRange(digests.Jobs);
        }

        _batch.Compute(_jobs, budget.Cancellation);
        _jobs.Clear();
    }

    public void Dispose() => _batch.Dispose();
}
