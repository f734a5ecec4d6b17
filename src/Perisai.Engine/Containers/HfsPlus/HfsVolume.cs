using System.Buffers.Binary;
using System.Numerics;
using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.HfsPlus;

/// <summary>
/// The volume header, 512 bytes at offset 1024 of the volume, which may be wrapped in an old HFS volume. All numbers have their highest byte first.
/// </summary>
internal sealed class HfsVolume
{
    private const int HeaderOffset = 1024;
    private const int HeaderLength = 512;

    /// <summary>A file in more pieces than this is cut.</summary>
    private const int MaxPieces = 1 << 18;

    private readonly Dictionary<(uint File, bool IsResource), List<(uint Start, byte[] Extents)>> _overflow = [];

    private HfsVolume(ByteSource source, long start, ReadOnlySpan<byte> header)
    {
        Source = source;
        Start = start;
        BlockLength = BinaryPrimitives.ReadUInt32BigEndian(header[40..]);
        Blocks = BinaryPrimitives.ReadUInt32BigEndian(header[44..]);
        IsDirty = (BinaryPrimitives.ReadUInt32BigEndian(header[4..]) & 0x100) == 0;
        Overflow = HfsFork.Read(header[192..]);
        Catalog = HfsFork.Read(header[272..]);
        Attributes = HfsFork.Read(header[352..]);
    }

    public ByteSource Source { get; }

    /// <summary>Where the volume begins, behind its wrapper.</summary>
    public long Start { get; }

    public long BlockLength { get; }

    public long Blocks { get; }

    /// <summary>It was not unmounted: the journal may hold changes.</summary>
    public bool IsDirty { get; }

    public HfsFork Overflow { get; }

    public HfsFork Catalog { get; }

    public HfsFork Attributes { get; }

    public static HfsVolume? Open(ByteSource source)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        long start = 0;
        if (source.Read(HeaderOffset, header) < header.Length)
            return null;
        if (header.StartsWith("BD"u8))
        {
            // The wrapper: its own blocks begin at a sector, and the volume at one of its blocks.
            long first = BinaryPrimitives.ReadUInt16BigEndian(header[28..]) * 512L;
            start = first + BinaryPrimitives.ReadUInt16BigEndian(header[126..]) * (long)BinaryPrimitives.ReadUInt32BigEndian(header[20..]);
            if (source.Read(start + HeaderOffset, header) < header.Length)
                return null;
        }

        var blockLength = BinaryPrimitives.ReadUInt32BigEndian(header[40..]);
        return (header.StartsWith("H+"u8) || header.StartsWith("HX"u8)) && blockLength is >= 512 and <= 1 << 24 && BitOperations.IsPow2(blockLength)
            ? new(source, start, header) : null;
    }

    /// <summary>Keeps extents of a fork beyond its first eight.</summary>
    public void AddOverflow(uint file, bool isResource, uint start, ReadOnlySpan<byte> extents)
    {
        if (!_overflow.TryGetValue((file, isResource), out var list))
            _overflow[(file, isResource)] = list = [];
        list.Add((start, extents.ToArray()));
    }

    /// <summary>The pieces of a fork. False: some of its blocks are not told.</summary>
    public bool TryGetPieces(uint file, bool isResource, in HfsFork fork, List<Piece> pieces)
    {
        long blocks = 0;
        Append(fork.Extents, ref blocks, pieces);
        if (blocks < fork.Blocks && _overflow.TryGetValue((file, isResource), out var more))
        {
            foreach (var (start, extents) in more.OrderBy(part => part.Start))
            {
                if (start != blocks || pieces.Count > MaxPieces)
                    return false;
                Append(extents, ref blocks, pieces);
            }
        }

        return blocks * (Int128)BlockLength >= fork.Length;
    }

    private void Append(ReadOnlySpan<byte> extents, ref long blocks, List<Piece> pieces)
    {
        for (; extents.Length >= HfsFork.ExtentLength; extents = extents[HfsFork.ExtentLength..])
        {
            long first = BinaryPrimitives.ReadUInt32BigEndian(extents);
            long count = BinaryPrimitives.ReadUInt32BigEndian(extents[4..]);
            if (count == 0)
                return;
            VolumeFiles.Append(pieces, new(Source, Start + first * BlockLength, count * BlockLength));
            blocks += count;
        }
    }
}
