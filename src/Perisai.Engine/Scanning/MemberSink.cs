using Perisai.Engine.Containers;

namespace Perisai.Engine.Scanning;

/// <summary>Takes the members of one container and scans each at once.</summary>
internal sealed class MemberSink(TreeScanner scanner, ObjectContext container, string format, ReportBuilder report) : IMemberSink
{
    private readonly byte[][] _passwords = [.. scanner.Options.Passwords.Select(password => password.ToArray())];
    private readonly HashSet<string> _losses = [];
    private int _members;
    private bool _depthReported;

    public ScanBudget Budget => container.Budget;

    public IReadOnlyList<byte[]> Passwords => _passwords;

    public bool ShouldStop => !Budget.CheckTime();

    public bool AddSlice(in Member member, ByteSource source, long offset, long length)
    {
        if (!Enter(member, out var name))
            return !ShouldStop;
        scanner.ScanObject(new SliceByteSource(source, offset, length), name, container, Budget, report, declaredType: member.DeclaredType);
        return !ShouldStop;
    }

    public bool AddStream(in Member member, Stream content, long storedBytes)
    {
        if (!Enter(member, out var name))
            return !ShouldStop;
        return scanner.ScanStream(member, name, content, storedBytes, container, format, report);
    }

    public bool AddNotScanned(in Member member, NotScannedReason reason, string detail = "")
    {
        if (!Budget.ChargeObject())
            return false;
        report.Add(TreeScanner.NotScannedFinding(NameOf(member), container, member.DeclaredLength, reason, detail));
        return !ShouldStop;
    }

    public void AddFault(string id, long offset, string detail = "")
    {
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

    private bool Enter(in Member member, out string name)
    {
        name = NameOf(member);
        if (!Budget.ChargeObject())
            return false;
        if (container.Depth < Budget.Limits.MaxDepth)
            return true;
        if (!_depthReported)
        {
            _depthReported = true;
            report.Add(TreeScanner.NotScannedFinding(
                name, container, member.DeclaredLength, NotScannedReason.OverBudget, "The members here lie too deep.", BudgetLimit.Depth));
        }

        return false;
    }

    private string NameOf(in Member member)
    {
        _members++;
        return member.Name.Length > 0 ? member.Name : $"{format}-{_members}";
    }
}
