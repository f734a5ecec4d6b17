namespace Perisai.Engine.Containers.HfsPlus;

/// <summary>Reads HFS+ and HFSX volumes, also those that are wrapped in an HFS volume.</summary>
internal sealed class HfsPlusReader : IContainerReader
{
    public static readonly HfsPlusReader Instance = new();

    public string Name => HfsPlusFaults.Format;

    public FormatDescription Description { get; } = new(
        "HFS+, HFSX volume",
        "both forks of all files, also in many pieces; files compressed by decmpfs (zlib, LZVN, LZFSE)",
        "Apple Technical Note TN1150 (https://developer.apple.com/library/archive/technotes/tn/tn1150.html)")
    {
        Limits = "200,000 folders, 200,000 compressed files, 100,000 further records of extents",
        Gaps = "other attributes, the journal; HFS without plus is reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        if (HfsVolume.Open(source) is not { } volume)
        {
            sink.AddLoss(HfsPlusFaults.BadHeader, 1024);
            return;
        }

        if ((source.Length - volume.Start) / volume.BlockLength < volume.Blocks)
            sink.AddFault(HfsPlusFaults.Truncated, source.Length, $"{source.Length / volume.BlockLength} of {volume.Blocks} blocks are there.");
        if (volume.IsDirty)
            sink.AddFault(HfsPlusFaults.NeedsRecovery, 1024, "The volume was not unmounted.");
        new HfsWalk(volume, sink).Run();
    }
}
