using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Iso9660;

/// <summary>What the system use area of a record says: SUSP 1.12 (IEEE P1281) and Rock Ridge 1.12 (IEEE P1282), and zisofs.</summary>
internal sealed class IsoSystemUse
{
    /// <summary>Continuations of one record, and bytes of one: more than any name needs. A continuation may lead to itself.</summary>
    private const int MaxContinuations = 32;
    private const int MaxContinuation = 16 << 10;

    private readonly List<byte> _name = [];

    /// <summary>The Rock Ridge name; null where there is none.</summary>
    public string? Name => _name.Count > 0 ? MemberName.Decode([.. _name]) : null;

    /// <summary>The block of a directory that was moved elsewhere because it lay too deep; -1 where the record is not such a link.</summary>
    public long ChildLink { get; private set; } = -1;

    /// <summary>Whether the record is that of a moved directory, in the place where it was moved to.</summary>
    public bool IsRelocated { get; private set; }

    /// <summary>Whether it is a symbolic link or a device.</summary>
    public bool HasNoContent { get; private set; }

    /// <summary>Whether the content is compressed with zisofs.</summary>
    public bool IsCompressed { get; private set; }

    /// <summary>Bytes to pass over in each system use area; null where there is no mark of SUSP. Only the root's own record has one.</summary>
    public int? Skip { get; private set; }

    public static IsoSystemUse Read(ReadOnlySpan<byte> area, int skip, ByteSource source, int blockLength, IMemberSink sink)
    {
        var result = new IsoSystemUse();
        var next = result.ReadArea(area[Math.Min(skip, area.Length)..]);
        for (var count = 0; next.Length > 0; count++)
        {
            var offset = next.Block * blockLength + next.Offset;
            var length = (int)Math.Min(next.Length, MaxContinuation);
            var reader = new BoundedReader(source, sink.Budget, offset);
            if (count == MaxContinuations || !reader.TryGetSpan(length, out var bytes) || !sink.Budget.CheckTime())
            {
                sink.AddFault(Iso9660Faults.BadSystemUse, offset, "A continuation leads nowhere.");
                break;
            }

            next = result.ReadArea(bytes);
        }

        return result;
    }

    /// <summary>Reads the entries and returns where they go on.</summary>
    private (long Block, long Offset, long Length) ReadArea(ReadOnlySpan<byte> area)
    {
        (long, long, long) next = default;
        while (area.Length >= 4)
        {
            int length = area[2];
            if (length < 4 || length > area.Length)
                break;
            var data = area[4..length];
            var signature = BinaryPrimitives.ReadUInt16BigEndian(area);
            area = area[length..];
            switch (signature)
            {
                case 'S' << 8 | 'P' when data is [0xBE, 0xEF, _, ..]:
                    Skip = data[2];
                    break;
                case 'S' << 8 | 'T':
                    return next;
                case 'C' << 8 | 'E' when data.Length >= 20:
                    // All numbers stand in both byte orders.
                    next = (Number(data), Number(data[8..]), Number(data[16..]));
                    break;
                case 'N' << 8 | 'M' when data.Length > 1 && (data[0] & 6) == 0:
                    if (_name.Count < MaxContinuation)
                        _name.AddRange(data[1..]);
                    break;
                case 'C' << 8 | 'L' when data.Length >= 4:
                    ChildLink = Number(data);
                    break;
                case 'R' << 8 | 'E':
                    IsRelocated = true;
                    break;
                case 'S' << 8 | 'L' or 'P' << 8 | 'N':
                    HasNoContent = true;
                    break;
                case 'Z' << 8 | 'F':
                    IsCompressed = true;
                    break;
            }
        }

        return next;
    }

    private static long Number(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt32LittleEndian(data);
}
