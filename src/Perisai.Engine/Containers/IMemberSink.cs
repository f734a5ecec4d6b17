namespace Perisai.Engine.Containers;

/// <summary>
/// What a container reader talks to: it takes members, counts them against the budget, scans them and everything inside them,
/// and returns. Each call says whether the reader should go on.
/// </summary>
internal interface IMemberSink
{
    ScanBudget Budget { get; }

    /// <summary>Passwords to try on encrypted members, in order; raw bytes, as formats differ in their encoding.</summary>
    IReadOnlyList<byte[]> Passwords { get; }

    /// <summary>True when the budget is gone or the caller wants no more.</summary>
    bool ShouldStop { get; }

    /// <summary>Whether some definition could match a view of this type (<see cref="Member.IsView"/>): no other need be made.</summary>
    bool WantsView(FileType type) => true;

    /// <summary>
    /// What the container is besides its type, as its directory tells (a zip archive: a text document): definitions that ask for containers
    /// know it by both. Before the first member.
    /// </summary>
    void AddKind(FileType kind)
    {
    }

    /// <summary>
    /// A member whose bytes lie as they are in the container's source; nothing is copied. False: stop.
    /// </summary>
    bool AddSlice(in Member member, ByteSource source, long offset, long length);

    /// <summary>
    /// A member whose bytes a decoder produces. The sink reads the stream to its end (or to the budget's) and does not dispose it.
    /// What the stream throws while it is read is recorded as the fault <c>{format}.decoder-failed</c>, and what had come before is
    /// scanned. <paramref name="storedBytes"/> is the compressed length, for the expansion ratio; -1 where it is unknown.
    /// False: stop.
    /// </summary>
    bool AddStream(in Member member, Stream content, long storedBytes);

    /// <summary>A member that cannot be looked at, with the reason, and the limit that can be set where that is the reason. False: stop.</summary>
    bool AddNotScanned(in Member member, NotScannedReason reason, string detail = "", BudgetLimit limit = BudgetLimit.None);

    /// <summary>
    /// Something malformed in the container itself, in spite of which everything in it was handed on: a wrong checksum, a header that
    /// was found again. It does not change the verdict.
    /// </summary>
    void AddFault(string id, long offset, string detail = "");

    /// <summary>
    /// Something malformed that kept members, or parts of them, from being handed on: the archive is cut short, its directory cannot be
    /// read. It is recorded as a fault, and the container counts as not wholly scanned, so that it is never called clean.
    /// </summary>
    void AddLoss(string id, long offset, string detail = "");

    /// <summary>
    /// Something of the container that is no threat by itself and that its owner may want to know or to refuse, under a stable name from
    /// <see cref="Observations"/>. It does not change the verdict; the sink keeps one of each name.
    /// </summary>
    void AddObservation(string name, string detail = "");
}
