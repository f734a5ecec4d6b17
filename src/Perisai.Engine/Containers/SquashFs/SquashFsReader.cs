using System.Buffers.Binary;

namespace Perisai.Engine.Containers.SquashFs;

/// <summary>Reads SquashFS images of version 4.</summary>
internal sealed class SquashFsReader : IContainerReader
{
    public static readonly SquashFsReader Instance = new();

    public string Name => SquashFsFaults.Format;

    public FormatDescription Description { get; } = new(
        "SquashFS image",
        "version 4 with zlib, LZMA, xz, LZ4, zstd; fragments, holes",
        "Linux kernel documentation, Squashfs 4.0 Filesystem (https://www.kernel.org/doc/html/latest/filesystems/squashfs.html)")
    {
        Limits = "files of 4,194,304 blocks",
        Gaps = "versions before 4 and LZO are reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TryPeekSpan(SquashFsSuperblock.StoredLength, out var bytes))
        {
            sink.AddLoss(SquashFsFaults.BadSuperblock, 0);
            return;
        }

        var isBigEndian = bytes[0] == 's';
        var version = isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes[28..]) : BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]);
        if (version != 4 || isBigEndian)
        {
            sink.AddNotScanned(new Member("files"), NotScannedReason.Unsupported, $"SquashFS {version}.");
            return;
        }

        if (SquashFsSuperblock.Parse(bytes) is not { } superblock)
        {
            sink.AddLoss(SquashFsFaults.BadSuperblock, 0);
            return;
        }

        if (superblock.Compressor == SquashFsCompressor.Lzo)
        {
            sink.AddNotScanned(new Member("files"), NotScannedReason.Unsupported, "SquashFS with LZO.");
            return;
        }

        if (source.Length < superblock.Length)
            sink.AddFault(SquashFsFaults.Truncated, source.Length, $"{source.Length} of {superblock.Length} bytes are there.");
        using var blocks = new SquashFsBlocks(source, superblock.Compressor, sink.Budget);
        new SquashFsWalk(source, superblock, blocks, sink).Run();
    }
}
