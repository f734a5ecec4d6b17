using System.Buffers.Binary;
using System.Text;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.InstallShield;

/// <summary>
/// A set of cabinets: a header with the tables of folders and files, and cabinets with their data. All numbers are little endian.
/// </summary>
internal sealed class InstallShieldCabinet
{
    private const int HeaderLength = 20;
    private const int DescriptorLength = 0x30;
    private const int FileLength5 = 0x3A;
    private const int FileLength6 = 0x57;
    private const int MaxName = 512;
    private const int SplitFlag = 1;
    private const int ObfuscatedFlag = 2;
    private const int CompressedFlag = 4;
    private const int InvalidFlag = 8;
    private const int LinkedFlag = 1;

    private readonly ByteSource _header;
    private readonly IReadOnlyDictionary<int, ByteSource> _volumes;
    private readonly IMemberSink _sink;
    private readonly BoundedReader _reader;
    private int _version;
    private long _table;
    private uint _folders;
    private uint _files;
    private uint _secondTable;

    private InstallShieldCabinet(ByteSource header, IReadOnlyDictionary<int, ByteSource> volumes, IMemberSink sink)
    {
        (_header, _volumes, _sink) = (header, volumes, sink);
        _reader = new(header, sink.Budget);
    }

    /// <summary>False where it has no tables: they are in the set's header, or in its first cabinet.</summary>
    public static bool TryRead(ByteSource header, IReadOnlyDictionary<int, ByteSource> volumes, IMemberSink sink)
    {
        var cabinet = new InstallShieldCabinet(header, volumes, sink);
        if (!cabinet.TryReadDescriptor(out var hasTables))
        {
            sink.AddLoss(InstallShieldFaults.BadHeader, 0);
            return true;
        }

        if (hasTables)
            cabinet.ReadFiles();
        return hasTables;
    }

    private bool TryReadDescriptor(out bool hasTables)
    {
        hasTables = false;
        if (!_reader.TryGetSpan(HeaderLength, out var header) || !header.StartsWith("ISc("u8))
            return false;
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        _version = (version >> 24) switch
        {
            1 => (int)(version >> 12 & 15),
            2 or 4 => (int)(version & 0xFFFF) / 100,
            _ => 5,
        };
        if (_version == 0)
            _version = 5;
        long descriptor = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[16..]) == 0)
            return true;
        _reader.Position = descriptor;
        if (descriptor > _header.Length || !_reader.TryGetSpan(DescriptorLength, out var tables))
            return false;
        hasTables = true;
        _table = descriptor + BinaryPrimitives.ReadUInt32LittleEndian(tables[0x0C..]);
        _folders = BinaryPrimitives.ReadUInt32LittleEndian(tables[0x1C..]);
        _files = BinaryPrimitives.ReadUInt32LittleEndian(tables[0x28..]);
        _secondTable = BinaryPrimitives.ReadUInt32LittleEndian(tables[0x2C..]);
        return true;
    }

    private void ReadFiles()
    {
        for (uint index = 0; index < _files && !_sink.ShouldStop; index++)
        {
            if (TryReadFile(index) is { } file)
            {
                if (!Add(file))
                    return;
                continue;
            }

            _sink.AddLoss(InstallShieldFaults.BadFile, _table, $"{index} of {_files} files could be read.");
            return;
        }
    }

    private File? TryReadFile(uint index)
    {
        long at;
        if (_version < 6)
        {
            _reader.Position = _table + 4L * (_folders + index);
            if (!_reader.TryReadUInt32(out var offset))
                return null;
            at = _table + offset;
        }
        else
        {
            at = _table + _secondTable + (long)FileLength6 * index;
        }

        _reader.Position = at;
        if (at >= _header.Length || !_reader.TryPeekSpan(_version < 6 ? FileLength5 : FileLength6, out var bytes))
            return null;
        var file = _version < 6
            ? new File(
                BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[0x0A..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[0x0E..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[0x26..]), 0, false)
            : new File(
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[0x3A..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[0x3E..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes),
                Long(bytes[2..]), Long(bytes[0x0A..]), Long(bytes[0x12..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[0x55..]), (bytes[0x54] & LinkedFlag) != 0);
        return file;
    }

    private bool Add(File file)
    {
        // A linked file has the bytes of the one to which it is linked; a file without a name was taken out of the set.
        if ((file.Flags & InvalidFlag) != 0 || file.NameOffset == 0 || file.IsLinked || file.Length == 0)
            return true;
        var member = new Member(PathOf(file)) { DeclaredLength = file.Length };
        var isCompressed = (file.Flags & CompressedFlag) != 0;
        var stored = isCompressed ? file.StoredLength : file.Length;
        if ((file.Flags & SplitFlag) != 0)
            return _sink.AddNotScanned(member, NotScannedReason.Unsupported, "iscab: the file goes over several cabinets.");
        if (FindVolume(file) is not { } volume)
            return _sink.AddNotScanned(member, NotScannedReason.MissingVolume, "The cabinet with its data is another file.");
        if (file.Offset > volume.Length || stored > volume.Length - file.Offset)
            _sink.AddLoss(InstallShieldFaults.CabTruncated, -1, member.Name);
        using var slice = new SliceByteSource(volume, file.Offset, stored);
        using var data = (file.Flags & ObfuscatedFlag) != 0 ? new ObfuscatedByteSource(slice) : (ByteSource)slice;
        if (!isCompressed)
            return _sink.AddSlice(member, data, 0, data.Length);
        using var input = new CodecInput(data, 0, data.Length, _sink.Budget);
        using var decoder = new ChunkStream(input);
        var more = _sink.AddStream(member, decoder, stored);
        if (decoder.Finished && decoder.Produced != file.Length)
            _sink.AddLoss(InstallShieldFaults.CabLengthMismatch, -1, member.Name);
        return more;
    }

    private ByteSource? FindVolume(File file)
    {
        if (_version >= 6)
            return _volumes.GetValueOrDefault(file.Volume);
        var cabinets = _volumes.Where(volume => volume.Key > 0).Select(volume => volume.Value).ToList();
        return cabinets.Count == 1 ? cabinets[0] : null;
    }

    private string PathOf(File file)
    {
        var name = NameAt(_table + file.NameOffset);
        _reader.Position = _table + 4L * file.Folder;
        var folder = file.Folder < _folders && _reader.TryReadUInt32(out var offset) ? NameAt(_table + offset) : "";
        return (folder.Length > 0 ? folder + "/" + name : name).Replace('\\', '/');
    }

    private string NameAt(long offset)
    {
        _reader.Position = offset;
        if (offset >= _header.Length || !_reader.TryPeekSpan((int)Math.Min(MaxName, _reader.Remaining), out var bytes))
            return "";
        if (_version < 17)
            return MemberName.Decode(bytes);
        var length = 0;
        while (length + 1 < bytes.Length && (bytes[length] | bytes[length + 1]) != 0)
            length += 2;
        return Encoding.Unicode.GetString(bytes[..length]);
    }

    private static long Long(ReadOnlySpan<byte> bytes) => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(bytes), long.MaxValue / 2);

    private sealed record File(uint NameOffset, uint Folder, int Flags, long Length, long StoredLength, long Offset, int Volume, bool IsLinked);
}
