using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Iso9660;

/// <summary>Hands on the boot images of an "El Torito" catalog (Phoenix and IBM, version 1.0).</summary>
internal static class IsoBootCatalog
{
    private const int EntryLength = 32;

    /// <summary>Images have up to five.</summary>
    private const int MaxEntries = 64;

    /// <summary>The sectors that an entry counts.</summary>
    private const int VirtualSector = 512;

    public static void Read(ByteSource image, uint sector, IMemberSink sink, IsoFiles files)
    {
        var start = sector * (long)Iso9660Format.SectorLength;
        var reader = new BoundedReader(image, sink.Budget, start);
        if (!reader.TryGetSpan(EntryLength, out var validation) || validation[0] != 1 || validation[30] != 0x55 || validation[31] != 0xAA)
        {
            sink.AddLoss(Iso9660Faults.BadBootCatalog, start);
            return;
        }

        var number = 0;
        for (var count = 0; count < MaxEntries && !sink.ShouldStop && reader.TryGetSpan(EntryLength, out var entry); count++)
        {
            // Headers of sections and extensions of entries are passed over: the entries behind them come one after another.
            if (entry[0] is 0x90 or 0x91 or 0x44)
                continue;
            var block = BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]);
            if (entry[0] is not (0x88 or 0) || block == 0)
                return;
            var offset = block * (long)Iso9660Format.SectorLength;
            if (!files.AddBootImage($"boot-image-{++number}", offset, LengthOf(entry, image, offset)))
                return;
        }
    }

    /// <summary>The length of an image; 0 where it is not told.</summary>
    private static long LengthOf(ReadOnlySpan<byte> entry, ByteSource image, long offset)
    {
        long counted = BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]);
        switch (entry[1] & 15)
        {
            case 1:
                return 1200 << 10;
            case 2:
                return 1440 << 10;
            case 3:
                return 2880 << 10;
            case 4:
                // A hard disk: its first partition tells where it ends.
                Span<byte> record = stackalloc byte[VirtualSector];
                if (image.Read(offset, record) < record.Length)
                    return 0;
                long first = BinaryPrimitives.ReadUInt32LittleEndian(record[454..]);
                return (first + BinaryPrimitives.ReadUInt32LittleEndian(record[458..])) * VirtualSector;
            default:
                // Firmware reads EFI images by their file system, whatever is counted; 0 and 1 are usual there.
                return counted > 1 ? counted * VirtualSector : 0;
        }
    }
}
