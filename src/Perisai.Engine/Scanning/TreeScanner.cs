using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Appended;
using Perisai.Engine.Containers.Views;
using Perisai.Engine.Definitions;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Scanning.Links;

namespace Perisai.Engine.Scanning;

/// <summary>
/// Scans a root and everything inside it: an object's own bytes first, then its members as its container reader hands them over, some
/// small ones at a time. Depth and number are the budget's.
/// </summary>
internal sealed class TreeScanner(ObjectScanner objects, ScanOptions options, MemberRules rules, Lazy<LinkRules> linkRules, MemberDigester? digests)
{
    private readonly Dictionary<FileType, IReadOnlyList<byte[]>> _passwords = [];

    private long _spooledMemory;

    /// <summary>Memory for decoded content of one root; beyond, it goes to temporary files whatever its size.</summary>
    public const long MaximumSpooledMemory = 32 << 20;

    /// <summary>Members up to this size are read whole where they lie in a file.</summary>
    private const int MaximumKeptSlice = 256 << 10;

    public ScanOptions Options { get; } = options;

    /// <summary>What definitions ask of members before they are opened.</summary>
    public MemberRules Rules { get; } = rules;

    /// <summary>Tried on encrypted members of containers of a type: those of the options, then those of definitions.</summary>
    public IReadOnlyList<byte[]> PasswordsFor(FileType type)
    {
        if (!_passwords.TryGetValue(type, out var passwords))
            _passwords.Add(type, passwords = [.. Options.Passwords.Select(password => password.ToArray()), .. Rules.PasswordsFor(type)]);
        return passwords;
    }

    /// <summary>Reports definitions that name a member by what its container says of it; true where one does.</summary>
    public bool AddDetections(in Definitions.Auxiliary.MemberFacts facts, ObjectContext container, ReportBuilder report)
    {
        var found = false;
        foreach (var (view, definition) in Rules.Matching(facts, Options))
        {
            if (objects.DetectionOf(view, definition, facts, container) is not { } detection)
                continue;
            report.Add(detection);
            found = true;
        }

        return found;
    }

    /// <summary>Whether some definition could match a view of this type.</summary>
    public bool WantsView(FileType type) => objects.WantsView(type);

    public ScanReport ScanRoot(ByteSource source, string name, PreparedDigests? prepared, CancellationToken cancellation)
    {
        var budget = new ScanBudget(Options.Limits, cancellation);
        var report = new ReportBuilder(name);
        budget.ChargeObject();
        FileType type;
        try
        {
            type = ScanObject(source, name, null, budget, report, prepared);
        }
        finally
        {
            budget.ReleaseMemory();
        }

        if (budget.Exhausted != BudgetLimit.None)
        {
            report.Add(new NotScanned
            {
                Path = [name],
                Type = type,
                Length = source.Length,
                Reason = budget.Exhausted == BudgetLimit.Cancelled ? NotScannedReason.Cancelled : NotScannedReason.OverBudget,
                Limit = budget.Exhausted,
                IsPartial = true,
                Detail = "The rest was not looked at.",
            });
        }

        report.ObjectCount = budget.Objects;
        return report.Build(type, source.Length);
    }

    /// <summary>Scans an object that the budget has counted; returns its type.</summary>
    internal FileType ScanObject(
        ByteSource source, string name, ObjectContext? parent, ScanBudget budget, ReportBuilder report, PreparedDigests? prepared = null,
        FileType declaredType = FileType.Unknown, bool isView = false, bool holdsLinks = false, FileType handler = FileType.Unknown)
    {
        if (source.Length > budget.Limits.MaxObjectBytes)
        {
            report.Add(NotScannedFinding(name, parent, source.Length, NotScannedReason.OverBudget, "", BudgetLimit.ObjectBytes));
            return FileType.Unknown;
        }

        ObjectContext context;
        bool detected;
        try
        {
            var isRetyped = handler != FileType.Unknown;
            var type = isRetyped ? handler : isView ? declaredType : ContainerDispatcher.Identify(source, budget);
            if (type == FileType.Unknown)
                type = Rules.TypeOf(source, budget);
            var views = isView ? null : ContainerDispatcher.ViewsOf(type, source);
            context = new(source, name, parent, type, budget)
            {
                Prepared = prepared,
                IsView = isView,
                IsRetyped = isRetyped,
                Views = Options.MakeViews ? views : null,
                // Definitions for texts and pages are for their views. Where none are made, those for pages get the page as it is, as in clamscan.
                Target = views is null ? ObjectTargets.For(type)
                    : views is PageReader && !Options.MakeViews ? ObjectTarget.Html : ObjectTarget.Any,
            };
            detected = ScanOwnBytes(context, report);
            if (Options.StructuredData is { } structured && !context.IsView)
                StructuredDataSearch.Search(context, structured, report);
            if (holdsLinks && Options.Links is { } links)
                LinkSearch.Search(context, linkRules.Value, links, report);
            if (Options.DescribeObjects)
                report.Describe(context);
        }
        catch (IOException exception)
        {
            report.Add(NotScannedFinding(name, parent, source.Length, NotScannedReason.Unreadable, exception.Message));
            return FileType.Unknown;
        }

        if (context.Handler != FileType.Unknown && (!detected || Options.AllMatches) && budget.ChargeObject())
        {
            var before = report.Detections;
            ScanObject(source, name, parent, budget, report, handler: context.Handler);
            detected |= report.Detections > before;
        }

        if (!isView && (!detected || Options.AllMatches) && budget.CheckTime())
            Open(context, declaredType, report);
        return context.Type;
    }

    /// <summary>Keeps what a decoder produces as a member of <paramref name="parent"/>, to be scanned with others.</summary>
    internal PendingMember Spool(in Member member, string name, Stream content, long storedBytes, ObjectContext parent, string format)
    {
        var limit = _spooledMemory < MaximumSpooledMemory ? parent.Budget.Limits.SpoolMemoryBytes : 64 << 10;
        var spool = new SpooledContent(limit);
        var pending = new PendingMember(name, spool, member);
        try
        {
            Spool(name, content, storedBytes, parent, format, spool, pending);
            pending.Source = spool.ToSource();
        }
        catch (IOException exception)
        {
            pending.Add(NotScannedFinding(name, parent, member.DeclaredLength, NotScannedReason.ReaderFailed, $"temporary file: {exception.Message}"));
        }

        _spooledMemory += spool.MemoryLength;
        return pending;
    }

    /// <summary>
    /// A member that lies in its container, to be scanned with others. A small one in a file is read once, here: it is identified, matched
    /// and opened in memory, and so is everything in it.
    /// </summary>
    internal PendingMember Keep(string name, SliceByteSource slice, in Member member)
    {
        if (slice.Length is 0 or > MaximumKeptSlice || _spooledMemory >= MaximumSpooledMemory || slice.TryGetMemory(out _))
            return new(name, slice, member);
        var spool = new SpooledContent(2 * MaximumKeptSlice);
        try
        {
            long at = 0;
            while (at < slice.Length)
            {
                var room = spool.GetSpan();
                var count = slice.Read(at, room[..(int)Math.Min(room.Length, slice.Length - at)]);
                if (count <= 0)
                    break;
                spool.Advance(count);
                at += count;
            }
        }
        catch (IOException)
        {
            // Its own scan meets the error again and reports it.
        }

        if (spool.Length < slice.Length)
        {
            spool.Dispose();
            return new(name, slice, member);
        }

        _spooledMemory += spool.MemoryLength;
        return new(name, spool, member) { Source = spool.ToSource() };
    }

    /// <summary>Scans members in order; their digests are computed beside one another first.</summary>
    internal void ScanPending(List<PendingMember> members, ObjectContext parent, ReportBuilder report)
    {
        try
        {
            digests?.Prepare(members, parent.Budget);
            foreach (var member in members)
            {
                member.Findings.ForEach(report.Add);
                if (member.Source is { } source)
                    ScanObject(source, member.Name, parent, parent.Budget, report, member.Digests, member.DeclaredType, member.IsView, member.HoldsLinks);
            }
        }
        finally
        {
            foreach (var member in members)
            {
                _spooledMemory -= member.SpooledMemory;
                member.Dispose();
            }

            members.Clear();
        }
    }

    internal static NotScanned NotScannedFinding(
        string name, ObjectContext? parent, long length, NotScannedReason reason, string detail, BudgetLimit limit = BudgetLimit.None, bool partial = false) =>
        new()
        {
            Path = parent is null ? [name] : parent.Path.Add(name),
            Container = parent?.Type ?? FileType.Unknown,
            Length = length,
            Reason = reason,
            Limit = limit,
            Detail = detail,
            IsPartial = partial,
        };

    private static NotScanned UnopenedFinding(ObjectContext context) => NotScannedFinding(
        context.Name, context.Parent, context.Length, NotScannedReason.Unsupported, $"{context.Type}: what it holds was not opened.", partial: true);

    private static void Spool(
        string name, Stream content, long storedBytes, ObjectContext parent, string format, SpooledContent spool, PendingMember pending)
    {
        var budget = parent.Budget;
        while (true)
        {
            // A full disk is our trouble, not the decoder's: it is outside the net.
            var room = spool.GetSpan();
            int count;
            try
            {
                count = content.Read(room);
            }
            catch (Containers.Codecs.CodecException exception)
            {
                pending.Add(NotScannedFinding(
                    name, parent, spool.Length, exception.Reason, $"{format}.decoder-failed: {exception.Message}", exception.Limit, partial: true));
                return;
            }
            catch (Exception exception)
            {
                // Libraries throw whatever comes; what was decoded before is scanned all the same.
                pending.Add(NotScannedFinding(
                    name, parent, spool.Length, NotScannedReason.Damaged, $"{format}.decoder-failed: {exception.GetType().Name}: {exception.Message}", partial: true));
                return;
            }

            if (count <= 0)
                return;
            spool.Advance(count);
            if (!budget.ChargeProduced(count))
                return;
            if (storedBytes > 0 && spool.Length > budget.Limits.RatioFloorBytes
                && spool.Length / storedBytes > budget.Limits.MaxExpansionRatio)
            {
                pending.Add(new Suspicion
                {
                    Path = parent.Path.Add(name),
                    Name = "Bomb.ExpansionRatio",
                    Detail = $"{storedBytes} bytes expand to more than {spool.Length}; decoding was stopped there.",
                });
                pending.Add(NotScannedFinding(
                    name, parent, -1, NotScannedReason.OverBudget, "The rest was not decoded.", BudgetLimit.ExpansionRatio, partial: true));
                return;
            }
        }
    }

    private bool ScanOwnBytes(ObjectContext context, ReportBuilder report)
    {
        var found = new List<Detection>();
        var whole = objects.Scan(context, found, out var reached);
        report.ScannedBytes += reached;
        found.ForEach(report.Add);
        report.AddFailing(objects.FailingRules);
        foreach (var fault in objects.Faults)
            report.Add(new Malformation { Path = context.Path, Type = context.Type, Length = context.Length, Fault = fault });
        if (!whole && context.Budget.Exhausted == BudgetLimit.None)
        {
            report.Add(NotScannedFinding(
                context.Name, context.Parent, context.Length, NotScannedReason.Changed, $"It ended at {reached} of {context.Length} bytes.", partial: true));
        }

        return found.Count > 0;
    }

    private void Open(ObjectContext context, FileType declaredType, ReportBuilder report)
    {
        // The marks are of the object that was scanned last: views and members, which come next, have theirs.
        ArchiveMark[] marks = ContainerDispatcher.MayHoldMarks(context.Type) && objects.Marks is { Found: [.., { Offset: > 0 }] } found ? [.. found.Found] : [];
        var isCut = objects.Marks.IsFull;
        var opens = Options.OpenContainers && !Options.KeptClosed.Contains(context.Type);
        if (context.Views is { } views)
            Read(views, context, report, null, !opens);
        if (!opens || !context.Budget.CheckTime() || IsWithinItself(context))
            return;
        var reader = ContainerDispatcher.ReaderFor(context.Type) ?? ContainerDispatcher.ReaderFor(declaredType);
        if (reader is null && ContainerDispatcher.IsUnopened(context.Type))
            report.Add(UnopenedFinding(context));
        var handed = marks.Length > 0 && reader is not null ? new HandedRanges() : null;
        if (reader is not null)
            Read(reader, context, report, handed);
        if (marks.Length > 0)
            Read(new AppendedReader(marks, isCut, handed), context, report, null);
    }

    /// <summary>
    /// Whether a program lies in one of the same content, which was opened already: what a packed program becomes in memory may hold the packed one.
    /// </summary>
    private static bool IsWithinItself(ObjectContext context)
    {
        if (context.Type != FileType.Pe)
            return false;
        for (var outer = context.Container; outer is not null; outer = outer.Container)
        {
            if (outer.Type == FileType.Pe && outer.Length == context.Length && outer.Digests.Md5 == context.Digests.Md5)
                return true;
        }

        return false;
    }

    private void Read(IContainerReader reader, ObjectContext context, ReportBuilder report, HandedRanges? handed, bool onlyViews = false)
    {
        var sink = new MemberSink(this, context, reader.Name, report) { Handed = handed, OnlyViews = onlyViews };
        ContainerDispatcher.Read(reader, context.Source, sink);
        sink.Failure?.Throw();
        sink.ScanPending();
    }
}
