namespace Perisai.Engine.Containers.Images;

/// <summary>Checks the directories of a TIFF as clamscan does: they lie one behind the other, and what they refer to lies in the file.</summary>
internal sealed class TiffReader : IContainerReader
{
    public static readonly TiffReader Instance = new();

    public string Name => "tiff";

    public FormatDescription Description { get; } = new("TIFF", "its directories are checked", "TIFF 6.0")
    {
        Gaps = "images in it are matched as part of the file only; BigTIFF is not checked",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var walk = new ImageWalk(source, sink);
        if (walk.Reader.TryPeekSpan(4, out var head) && head[2] != 43 && head[3] != 43)
            ReadDirectories(walk, bigEndian: head[0] == 'M');
    }

    private static bool ReadDirectories(ImageWalk walk, bool bigEndian)
    {
        var reader = walk.Reader;
        reader.Position = 4;
        if (!reader.TryReadUInt32(out var offset, bigEndian))
            return false;
        if (offset == 0)
            return walk.Broken("TIFF.InvalidIFDOffset");
        while (!walk.ShouldStop)
        {
            reader.Position = offset;
            if (offset > reader.Length || !reader.TryReadUInt16(out var entries, bigEndian))
                return walk.Broken("TIFF.EOFReadingNumIFDDirectoryEntries");
            for (var index = 0; index < entries; index++)
            {
                if (!ReadEntry(walk, bigEndian))
                    return false;
            }

            if (!reader.TryReadUInt32(out var next, bigEndian))
                return walk.Broken("TIFF.EOFReadingChunkCRC");
            if (next == 0)
                return true;
            if (next <= offset)
                return walk.Broken("TIFF.OutOfOrderIFDOffset");
            offset = next;
        }

        return false;
    }

    private static bool ReadEntry(ImageWalk walk, bool bigEndian)
    {
        var reader = walk.Reader;
        var start = reader.Position;
        if (!reader.TrySkip(12))
            return walk.Broken("TIFF.EOFReadingIFDEntry");
        reader.Position = start + 2;
        reader.TryReadUInt16(out var type, bigEndian);
        reader.TryReadUInt32(out var count, bigEndian);
        reader.TryReadUInt32(out var place, bigEndian);
        // Up to four bytes stand in the entry itself.
        var length = count * (long)LengthOf(type);
        return length <= 4 || place + length <= reader.Length || walk.Broken("TIFF.OutOfBoundsAccess");
    }

    private static int LengthOf(int type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or 11 => 4,
        5 or 10 or 12 => 8,
        _ => 0,
    };
}
