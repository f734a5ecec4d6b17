using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Cab;

/// <summary>The header of a cabinet (CFHEADER).</summary>
/// <param name="Length">The length of the cabinet that the header claims.</param>
/// <param name="FilesOffset">Where the list of files begins.</param>
/// <param name="End">Where the header ends and the list of folders begins.</param>
/// <param name="FolderReserve">Bytes reserved behind each folder.</param>
/// <param name="BlockReserve">Bytes reserved in the header of each block of data.</param>
/// <param name="HasPrevious">Whether it says that there is a cabinet before it in its set.</param>
/// <param name="HasNext">Whether it says that there is one after it.</param>
internal readonly record struct CabHeader(
    long Length, long FilesOffset, int Folders, int Files, long End, int FolderReserve, int BlockReserve, bool HasPrevious, bool HasNext)
{
    private const int PreviousFlag = 1;
    private const int NextFlag = 2;
    private const int ReserveFlag = 4;

    public static bool TryRead(BoundedReader reader, out CabHeader header)
    {
        header = default;
        if (!reader.TryGetSpan(CabFormat.HeaderLength, out var bytes) || !bytes.StartsWith(CabFormat.Magic))
            return false;
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(bytes[30..]);
        header = new(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]),
            0, 0, 0, (flags & PreviousFlag) != 0, (flags & NextFlag) != 0);
        if ((flags & ReserveFlag) != 0)
        {
            if (!reader.TryReadUInt16(out var own) || !reader.TryReadByte(out var folder) || !reader.TryReadByte(out var block)
                || !reader.TrySkip(own))
                return false;
            header = header with { FolderReserve = folder, BlockReserve = block };
        }

        // The names of the neighbours and of their disks.
        var names = (header.HasPrevious ? 2 : 0) + (header.HasNext ? 2 : 0);
        for (; names > 0; names--)
        {
            if (!CabFile.TryReadName(reader, out _))
                return false;
        }

        header = header with { End = reader.Position };
        return true;
    }
}
