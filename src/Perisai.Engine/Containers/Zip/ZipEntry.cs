using System.Buffers.Binary;
using System.IO.Hashing;

namespace Perisai.Engine.Containers.Zip;

/// <summary>What a header says of an entry, be it in the directory or before the data.</summary>
internal struct ZipEntry
{
    private const ushort Zip64Extra = 0x0001;
    private const ushort UnicodePathExtra = 0x7075;
    private const ushort AesExtra = 0x9901;

    /// <summary>Where the local header stands.</summary>
    public long HeaderOffset;

    /// <summary>Where the data begins; of a local header only.</summary>
    public long DataOffset;
    public long StoredLength;
    public long Length;
    public ulong NameHash;
    public uint Checksum;
    public uint Disk;

    /// <summary>Its number in the directory, from 0; -1 for what is not in it.</summary>
    public int Position;
    public ZipFlags Flags;

    /// <summary>The compression method; for AES, the one inside.</summary>
    public ushort Method;
    public ushort Time;

    /// <summary>1 to 3: AES with 128, 192 or 256 bits; 0: none.</summary>
    public byte AesStrength;

    /// <summary>2: AE-2, where the checksum is not stored.</summary>
    public ushort AesVersion;

    /// <summary>Empty for a local header that was only compared.</summary>
    public string Name;

    public readonly bool IsEncrypted => (Flags & (ZipFlags.Encrypted | ZipFlags.StrongEncryption)) != 0;

    /// <summary>The lengths are in a descriptor behind the data and nowhere before it.</summary>
    public readonly bool IsLengthUnknown => (Flags & ZipFlags.Descriptor) != 0 && StoredLength == 0;

    /// <summary>A name that ends in a slash and no content. Nothing, deflated, takes two bytes, and two bytes hold nothing else.</summary>
    public readonly bool IsFolder => Name.EndsWith('/') && StoredLength <= 2;

    /// <summary>Parses a header of the directory: its 46 bytes, the name and the extra fields.</summary>
    public static ZipEntry ParseDirectory(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra)
    {
        var entry = ParseCommon(header[8..], BinaryPrimitives.ReadUInt16LittleEndian(header[10..]));
        entry.Disk = BinaryPrimitives.ReadUInt16LittleEndian(header[34..]);
        entry.HeaderOffset = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        entry.ParseExtra(name, extra, directory: true, decodeName: true);
        return entry;
    }

    /// <summary>Parses a local header: its 30 bytes, the name and the extra fields.</summary>
    public static ZipEntry ParseLocal(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra, long offset, bool decodeName)
    {
        var entry = ParseCommon(header[6..], BinaryPrimitives.ReadUInt16LittleEndian(header[8..]));
        entry.HeaderOffset = offset;
        entry.Position = -1;
        entry.DataOffset = offset + ZipFormat.LocalHeaderLength + name.Length + extra.Length;
        entry.ParseExtra(name, extra, directory: false, decodeName);
        return entry;
    }

    /// <summary>From the flags on, both headers are alike for a while.</summary>
    private static ZipEntry ParseCommon(ReadOnlySpan<byte> header, ushort method) => new()
    {
        Flags = (ZipFlags)BinaryPrimitives.ReadUInt16LittleEndian(header),
        Method = method,
        Time = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]),
        Checksum = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]),
        StoredLength = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]),
        Length = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
        Name = "",
    };

    private void ParseExtra(ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra, bool directory, bool decodeName)
    {
        NameHash = XxHash3.HashToUInt64(name);
        ReadOnlySpan<byte> unicodeName = default;
        while (extra.Length >= 4)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            var field = extra.Slice(4, length);
            extra = extra[(4 + length)..];
            switch (id)
            {
                case Zip64Extra:
                    ParseZip64(field, directory);
                    break;
                case AesExtra when Method == ZipFormat.Aes && field.Length >= 7:
                    AesVersion = BinaryPrimitives.ReadUInt16LittleEndian(field);
                    AesStrength = field[4];
                    Method = BinaryPrimitives.ReadUInt16LittleEndian(field[5..]);
                    break;
                case UnicodePathExtra when decodeName && field.Length > 5 && field[0] == 1
                    && BinaryPrimitives.ReadUInt32LittleEndian(field[1..]) == Crc32.HashToUInt32(name):
                    unicodeName = field[5..];
                    break;
            }
        }

        if (decodeName)
            Name = ZipName.Decode(unicodeName.IsEmpty ? name : unicodeName, (Flags & ZipFlags.Utf8) != 0 || !unicodeName.IsEmpty);
    }

    /// <summary>Those values that did not fit into the header follow in its order.</summary>
    private void ParseZip64(ReadOnlySpan<byte> field, bool directory)
    {
        if (Length == uint.MaxValue && field.Length >= 8)
        {
            Length = Saturate(field);
            field = field[8..];
        }

        if (StoredLength == uint.MaxValue && field.Length >= 8)
        {
            StoredLength = Saturate(field);
            field = field[8..];
        }

        if (!directory)
            return;
        if (HeaderOffset == uint.MaxValue && field.Length >= 8)
        {
            HeaderOffset = Saturate(field);
            field = field[8..];
        }

        if (Disk == ushort.MaxValue && field.Length >= 4)
            Disk = BinaryPrimitives.ReadUInt32LittleEndian(field);
    }

    // Half of the range, so that sums of two cannot wrap round.
    private static long Saturate(ReadOnlySpan<byte> field) =>
        (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(field), long.MaxValue / 4);
}
