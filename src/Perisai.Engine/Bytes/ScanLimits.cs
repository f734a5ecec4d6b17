namespace Perisai.Engine;

/// <summary>
/// What one scan of one root object (a file with everything inside it) may cost. Every reader of hostile bytes spends from it.
/// What is left out because a limit was reached is reported, never passed over in silence.
/// </summary>
public sealed record ScanLimits
{
    /// <summary>The defaults, each with its reason below.</summary>
    public static ScanLimits Default { get; } = new();

    /// <summary>Objects longer than this are not scanned. 2 TiB: files are streamed, so that size alone costs only time.</summary>
    public long MaxObjectBytes { get; init; } = 2L << 40;

    /// <summary>
    /// Bytes that decoders may produce for one root, all layers together. 4 GiB: a large installer or disk image fits;
    /// ten gigabytes of zeros do not.
    /// </summary>
    public long MaxProducedBytes { get; init; } = 4L << 30;

    /// <summary>Containers within containers. 17, as ClamAV's MaxRecursion; a quine zip would otherwise never end.</summary>
    public int MaxDepth { get; init; } = 17;

    /// <summary>Objects under one root. 100,000: a large source archive fits; a million empty entries are a flood.</summary>
    public int MaxObjects { get; init; } = 100_000;

    /// <summary>Time for one root. 120 s, as ClamAV's MaxScanTime: no single file may stop a scan.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// Produced bytes per stored byte of one compressed object, counted from <see cref="RatioFloorBytes"/> on. 1,000 is just short
    /// of what deflate can reach at most (1,032), so that only streams which hold nothing come near.
    /// </summary>
    public int MaxExpansionRatio { get; init; } = 1000;

    /// <summary>Below this the ratio is not looked at: 64 MiB of zeros harm nobody and occur in disk images and test data.</summary>
    public long RatioFloorBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Memory that the decoders of one root may hold (dictionaries, windows), all layers together. 128 MiB covers xz -9 and 7z ultra
    /// (64 MiB), and one in the other. A header may claim 4 GiB; believing it would kill the process.
    /// </summary>
    public long MaxDecoderMemory { get; init; } = 128L << 20;

    /// <summary>Of texts longer than this no normalised view is made. 20 MiB, as ClamAV's MaxScriptNormalize; definitions are made with it.</summary>
    public long MaxNormalizedText { get; init; } = 20 << 20;

    /// <summary>Of pages longer than this no views are made. 40 MiB, as ClamAV's MaxHTMLNormalize.</summary>
    public long MaxNormalizedPage { get; init; } = 40 << 20;

    /// <summary>Of pages longer than this no view without tags is made. 8 MiB, as ClamAV's MaxHTMLNoTags.</summary>
    public long MaxPageWithoutTags { get; init; } = 8 << 20;

    /// <summary>Decoded content up to this size is kept in memory, and in an unlinked temporary file above. 8 MiB.</summary>
    public int SpoolMemoryBytes { get; init; } = 8 << 20;
}
