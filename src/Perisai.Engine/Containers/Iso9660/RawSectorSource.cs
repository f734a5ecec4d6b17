using System.Buffers;

namespace Perisai.Engine.Containers.Iso9660;

/// <summary>
/// The user data of an image of raw sectors (ECMA-130): 2352 bytes each with a synchronisation pattern, a header and error correction around
/// 2048 bytes of data. All sectors are taken to have the mode of the first volume descriptor's.
/// </summary>
internal sealed class RawSectorSource : ByteSource
{
    private const int RawLength = 2352;
    private const int DataLength = Iso9660Format.SectorLength;
    private const int Batch = 16;

    private readonly ByteSource _raw;
    private readonly int _dataOffset;

    private RawSectorSource(ByteSource raw, int dataOffset) => (_raw, _dataOffset) = (raw, dataOffset);

    public override long Length => _raw.Length / RawLength * DataLength;

    /// <summary>The data of raw sectors; null where the image has none.</summary>
    public static RawSectorSource? TryOpen(ByteSource source)
    {
        Span<byte> head = stackalloc byte[16];
        if (source.Read(Iso9660Format.SystemSectors * RawLength, head) < head.Length
            || !head.StartsWith<byte>([0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0]))
            return null;
        // Mode 2 has a subheader of eight bytes.
        return head[15] switch { 1 => new(source, 16), 2 => new(source, 24), _ => null };
    }

    public override int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= Length)
            return 0;
        var buffer = ArrayPool<byte>.Shared.Rent(Batch * RawLength);
        var total = 0;
        while (!destination.IsEmpty && offset < Length)
        {
            var within = (int)(offset % DataLength);
            var wanted = (int)Math.Min(Batch, (within + (long)destination.Length + DataLength - 1) / DataLength);
            var sectors = _raw.Read(offset / DataLength * RawLength, buffer.AsSpan(0, wanted * RawLength)) / RawLength;
            if (sectors == 0)
                break;
            for (var sector = 0; sector < sectors && !destination.IsEmpty; sector++, within = 0)
            {
                var count = Math.Min(DataLength - within, destination.Length);
                buffer.AsSpan(sector * RawLength + _dataOffset + within, count).CopyTo(destination);
                destination = destination[count..];
                offset += count;
                total += count;
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return total;
    }
}
