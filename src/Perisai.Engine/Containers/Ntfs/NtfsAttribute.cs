using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Containers.Ntfs;

/// <summary>Types of attributes that matter here.</summary>
internal enum NtfsAttributeType : uint
{
    AttributeList = 0x20,
    FileName = 0x30,
    Data = 0x80,
    IndexRoot = 0x90,
    IndexAllocation = 0xA0,
    End = 0xFFFFFFFF,
}

/// <summary>An attribute of a file record: its value, or the runs of clusters in which the value lies.</summary>
internal readonly ref struct NtfsAttribute
{
    private readonly ReadOnlySpan<byte> _bytes;

    public NtfsAttribute(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The header's length; that of an attribute with runs has more.</summary>
    public const int HeaderLength = 24;

    private const int RunsHeaderLength = 64;

    public NtfsAttributeType Type => (NtfsAttributeType)BinaryPrimitives.ReadUInt32LittleEndian(_bytes);

    public bool IsResident => _bytes[8] == 0;

    public ushort Flags => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[12..]);

    public bool IsCompressed => (Flags & 0xFF) != 0;

    public bool IsEncrypted => (Flags & 0x4000) != 0;

    /// <summary>Its own name, that of a stream; empty for most.</summary>
    public string Name
    {
        get
        {
            var length = _bytes[9] * 2;
            int at = BinaryPrimitives.ReadUInt16LittleEndian(_bytes[10..]);
            return length > 0 && at + length <= _bytes.Length ? Encoding.Unicode.GetString(_bytes.Slice(at, length)) : "";
        }
    }

    /// <summary>The value of a resident attribute; false where it does not lie in the attribute.</summary>
    public bool TryGetValue(out ReadOnlySpan<byte> value)
    {
        value = default;
        long length = BinaryPrimitives.ReadUInt32LittleEndian(_bytes[16..]);
        int at = BinaryPrimitives.ReadUInt16LittleEndian(_bytes[20..]);
        if (!IsResident || at + length > _bytes.Length)
            return false;
        value = _bytes.Slice(at, (int)length);
        return true;
    }

    public bool HasRuns => !IsResident && _bytes.Length >= RunsHeaderLength;

    /// <summary>The first cluster of the value that the runs describe; 0 for the attribute that also tells the lengths.</summary>
    public long FirstCluster => BinaryPrimitives.ReadInt64LittleEndian(_bytes[16..]);

    public int CompressionUnitBits => _bytes[34];

    public long Length => BinaryPrimitives.ReadInt64LittleEndian(_bytes[48..]);

    /// <summary>Bytes of the value that were written; those behind read as zeros.</summary>
    public long WrittenLength => BinaryPrimitives.ReadInt64LittleEndian(_bytes[56..]);

    public ReadOnlySpan<byte> Runs
    {
        get
        {
            int at = BinaryPrimitives.ReadUInt16LittleEndian(_bytes[32..]);
            return at < _bytes.Length ? _bytes[at..] : default;
        }
    }
}
