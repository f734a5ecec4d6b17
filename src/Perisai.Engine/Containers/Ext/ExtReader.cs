namespace Perisai.Engine.Containers.Ext;

/// <summary>Reads ext2, ext3 and ext4 volumes. Deleted files are not looked for, and the journal is not applied.</summary>
internal sealed class ExtReader : IContainerReader
{
    private const int SuperblockOffset = 1024;

    public static readonly ExtReader Instance = new();

    public string Name => ExtFaults.Format;

    public FormatDescription Description { get; } = new(
        "ext2, ext3, ext4 volume",
        "files by extents or block numbers, sparse and inline ones, 64-bit volumes, groups of groups",
        "Linux kernel documentation, ext4 Data Structures and Algorithms (https://www.kernel.org/doc/html/latest/filesystems/ext4/)")
    {
        Limits = "directories of 64 MiB, files of 262,144 pieces",
        Gaps = "encrypted and e2compr files are reported; the journal is not applied, which is reported where it would have to be",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget, SuperblockOffset);
        if (!reader.TryGetSpan(ExtSuperblock.Length, out var block) || ExtSuperblock.Parse(block) is not { } superblock)
        {
            sink.AddLoss(ExtFaults.BadSuperblock, SuperblockOffset);
            return;
        }

        if (superblock.IsJournal)
            return;
        if (source.Length / superblock.BlockLength < superblock.Blocks)
            sink.AddFault(ExtFaults.Truncated, source.Length, $"{source.Length / superblock.BlockLength} of {superblock.Blocks} blocks are there.");
        if (superblock.NeedsRecovery)
            sink.AddFault(ExtFaults.NeedsRecovery, SuperblockOffset, "The journal holds changes that were not applied.");
        new ExtWalk(new ExtVolume(source, superblock, sink.Budget), sink).Run();
    }
}
