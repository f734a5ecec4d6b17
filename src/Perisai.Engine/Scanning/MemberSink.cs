using System.Runtime.ExceptionServices;
using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Appended;

namespace Perisai.Engine.Scanning;

/// <summary>
/// Takes the members of one container. Small ones wait for others, so that their digests are computed beside one another; whatever else is
/// reported of the container comes after them, so that findings stand in the order of the members.
/// </summary>
internal sealed class MemberSink(TreeScanner scanner, ObjectContext container, string format, ReportBuilder report) : IMemberSink
{
    /// <summary>Members that wait, at most: four for each lane of the digests.</summary>
    private const int MaximumPending = 32;

    /// <summary>Bytes that wait, at most. They should still lie in a cache when they are scanned.</summary>
    private const long MaximumPendingBytes = 1 << 20;

    private readonly HashSet<string> _losses = [];
    private readonly HashSet<string> _observed = [];
    private readonly List<PendingMember> _pending = [];
    private long _pendingBytes;
    private int _members;
    private int _entries;
    private bool _depthReported;

    public ScanBudget Budget => container.Budget;

    /// <summary>Takes the places of members that lie as they are in the container; null where nobody wants to know.</summary>
    public HandedRanges? Handed { get; init; }

    /// <summary>Whether members are passed over, as the container is not to be opened.</summary>
    public bool OnlyViews { get; init; }

    public IReadOnlyList<byte[]> Passwords => scanner.PasswordsFor(container.Type);

    /// <summary>
    /// What ended the scan of a member and concerns more than this container: its reader, in whose call it was thrown, does not get to
    /// keep it.
    /// </summary>
    public ExceptionDispatchInfo? Failure { get; private set; }

    public void AddKind(FileType kind) => container.Kind = kind;

    public bool WantsView(FileType type) => scanner.WantsView(type);

    public bool ShouldStop => Failure is not null || !Budget.CheckTime();

    public bool AddSlice(in Member member, ByteSource source, long offset, long length)
    {
        if (!Enter(member, out var name) || IsNamed(member, name, length, length))
            return !ShouldStop;
        if (ReferenceEquals(source, container.Source))
            Handed?.Add(offset, length);
        // A source that is the reader's own may be gone when the reader goes on.
        if (!ReferenceEquals(source, container.Source))
            ScanPending();
        var slice = new SliceByteSource(source, offset, length);
        Add(scanner.Keep(name, slice, member), mayWait: ReferenceEquals(source, container.Source));
        return !ShouldStop;
    }

    public bool AddStream(in Member member, Stream content, long storedBytes)
    {
        if (!Enter(member, out var name) || (member.DeclaredLength >= 0 && IsNamed(member, name, storedBytes, member.DeclaredLength)))
            return !ShouldStop;
        var spooled = scanner.Spool(member, name, content, storedBytes, container, format);
        // Where the container does not tell the length, its content does.
        if (member.DeclaredLength < 0 && spooled.Source is { } decoded && IsNamed(member, name, storedBytes, decoded.Length))
            spooled.Dispose();
        else
            Add(spooled, mayWait: true);
        return Budget.Exhausted == BudgetLimit.None;
    }

    public bool AddNotScanned(in Member member, NotScannedReason reason, string detail = "", BudgetLimit limit = BudgetLimit.None)
    {
        if (!Budget.ChargeObject())
            return false;
        ScanPending();
        var name = NameOf(member);
        IsNamed(member, name, member.StoredLength, member.DeclaredLength);
        report.Add(TreeScanner.NotScannedFinding(name, container, member.DeclaredLength, reason, detail, limit));
        return !ShouldStop;
    }

    public void AddFault(string id, long offset, string detail = "")
    {
        ScanPending();
        if (id.EndsWith(".overlapping-entries", StringComparison.Ordinal))
            report.Add(new Suspicion { Path = container.Path, Type = container.Type, Length = container.Length, Name = "Bomb.OverlappingEntries", Detail = detail });
        report.Add(new Malformation { Path = container.Path, Type = container.Type, Length = container.Length, Fault = new(id, offset, detail) });
        if (id.EndsWith(".reader-failed", StringComparison.Ordinal))
        {
            report.Add(TreeScanner.NotScannedFinding(
                container.Name, container.Parent, container.Length, NotScannedReason.ReaderFailed, $"{id}: {detail}", partial: true));
        }
    }

    public void AddLoss(string id, long offset, string detail = "")
    {
        AddFault(id, offset, detail);
        // One finding a kind: a thousand lost members say no more than the first.
        if (_losses.Add(id))
        {
            report.Add(TreeScanner.NotScannedFinding(
                container.Name, container.Parent, container.Length, NotScannedReason.Damaged, new Fault(id, offset, detail).ToString(), partial: true));
        }
    }

    public void AddObservation(string name, string detail = "")
    {
        if (!_observed.Add(name))
            return;
        ScanPending();
        report.Add(new Observation { Path = container.Path, Type = container.Type, Length = container.Length, Name = name, Detail = detail });
    }

    /// <summary>Scans the members that wait.</summary>
    public void ScanPending()
    {
        _pendingBytes = 0;
        if (_pending.Count == 0)
            return;
        try
        {
            scanner.ScanPending(_pending, container, report);
        }
        catch (SegmentException exception)
        {
            Failure = ExceptionDispatchInfo.Capture(exception);
            throw;
        }
    }

    private void Add(PendingMember member, bool mayWait)
    {
        _pending.Add(member);
        _pendingBytes += member.Source?.Length ?? 0;
        if (!mayWait || _pending.Count >= MaximumPending || _pendingBytes >= MaximumPendingBytes)
            ScanPending();
    }

    private bool Enter(in Member member, out string name)
    {
        name = NameOf(member);
        if (member.IsView)
            return WantsView(member.DeclaredType) && Budget.CheckTime();
        if (OnlyViews)
            return false;
        if (!Budget.ChargeObject())
            return false;
        if (container.Depth < Budget.Limits.MaxDepth)
            return true;
        if (!_depthReported)
        {
            _depthReported = true;
            ScanPending();
            report.Add(TreeScanner.NotScannedFinding(
                name, container, member.DeclaredLength, NotScannedReason.OverBudget, "The members here lie too deep.", BudgetLimit.Depth));
        }

        return false;
    }

    /// <summary>
    /// Counts a member, and reports definitions that name it by what the container says of it. True where it need not be looked at any more.
    /// </summary>
    private bool IsNamed(in Member member, string name, long stored, long length)
    {
        if (member.IsView)
            return false;
        var position = member.Position >= 0 ? member.Position : _entries++;
        if (scanner.Rules.IsEmpty || !MemberRules.Covers(container.Type))
            return false;
        var facts = MemberRules.FactsOf(container, member, name, member.StoredLength >= 0 ? member.StoredLength : stored, length, position);
        return scanner.AddDetections(facts, container, report) && !scanner.Options.AllMatches;
    }

    private string NameOf(in Member member)
    {
        _members++;
        if (member.Name.Length > 0)
            return member.Name;
        return (member.IsDecompressed ? DecompressedName.Of(container.Name) : null) ?? $"{format}-{_members}";
    }
}
