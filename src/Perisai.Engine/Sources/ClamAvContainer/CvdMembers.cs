using Perisai.Engine.Containers;

namespace Perisai.Engine.Sources.ClamAvContainer;

/// <summary>Notes where the members of a container's archive lie; nothing is copied.</summary>
internal sealed class CvdMembers(ScanBudget budget) : IMemberSink
{
    /// <summary>Official containers have some twenty members, those of bytecode some hundred.</summary>
    public const int MaximumMembers = 10_000;

    private readonly Dictionary<string, (long Offset, long Length)> _members = new(StringComparer.Ordinal);

    /// <summary>Members in stored order.</summary>
    public IReadOnlyDictionary<string, (long Offset, long Length)> Members => _members;

    /// <summary>What is wrong with the archive; null where nothing is.</summary>
    public string? Problem { get; private set; }

    public ScanBudget Budget { get; } = budget;

    public IReadOnlyList<byte[]> Passwords => [];

    public bool ShouldStop => Problem is not null || !Budget.CheckTime();

    public bool AddSlice(in Member member, ByteSource source, long offset, long length)
    {
        if (_members.Count == MaximumMembers)
            Problem = $"it has more than {MaximumMembers} members";
        else if (!_members.TryAdd(member.Name, (offset, length)))
            Problem = $"it has two members named {member.Name}";
        return Problem is null;
    }

    public bool AddStream(in Member member, Stream content, long storedBytes)
    {
        Problem = $"its member {member.Name} is stored sparsely";
        return false;
    }

    public bool AddNotScanned(in Member member, NotScannedReason reason, string detail = "", BudgetLimit limit = BudgetLimit.None)
    {
        Problem = $"its member {member.Name} cannot be read: {detail}";
        return false;
    }

    // An archive of definitions is whole or it is nothing: unlike a scanned file, it has no use for what could be saved. Only ClamAV's own habit
    // of leaving out the blocks of zeros at the end is no fault.
    public void AddFault(string id, long offset, string detail = "")
    {
        if (id != Containers.Tar.TarFaults.MissingEnd)
            Problem ??= $"{id} at {offset} {detail}".TrimEnd();
    }

    public void AddLoss(string id, long offset, string detail = "") => Problem ??= $"{id} at {offset} {detail}".TrimEnd();

    public void AddObservation(string name, string detail = "")
    {
    }
}
