using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Perisai.Engine.Containers.Rar;

/// <summary>
/// The blocks of RAR 1.5 to 4: a CRC (the low half of a CRC-32), a kind, flags and a length, and for most the length of the data that
/// follows.
/// </summary>
internal sealed class Rar4Blocks(BoundedReader reader) : RarBlocks(reader)
{
    private const byte ArchiveBlock = 0x73;
    private const byte FileBlock = 0x74;
    private const byte ServiceBlock = 0x7A;
    private const byte EndBlock = 0x7B;

    private const ushort HasData = 0x8000;
    private const ushort ArchiveIsVolume = 0x0001;
    private const ushort ArchiveIsSolid = 0x0008;
    private const ushort HeadersAreEncrypted = 0x0080;
    private const ushort NextVolume = 0x0001;

    private const ushort SplitBefore = 0x0001;
    private const ushort SplitAfter = 0x0002;
    private const ushort Encrypted = 0x0004;
    private const ushort Solid = 0x0010;
    private const ushort Dictionary = 0x00E0;
    private const ushort Large = 0x0100;
    private const ushort UnicodeName = 0x0200;
    private const ushort Salt = 0x0400;

    private const int FixedLength = 32;

    public override int SignatureLength => RarFormat.Signature4Length;

    protected override RarBlock? Parse(ReadOnlySpan<byte> bytes, long offset)
    {
        if (bytes.Length < 7)
            return null;
        var kind = bytes[2];
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(bytes[3..]);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[5..]);
        if (kind is < 0x72 or > EndBlock || length < 7 || length > bytes.Length)
            return null;
        var header = bytes[..length];
        long data = (flags & HasData) != 0 && length >= 11 ? BinaryPrimitives.ReadUInt32LittleEndian(header[7..]) : 0;
        var block = new RarBlock
        {
            Kind = RarBlockKind.Other,
            HeaderLength = length,
            DataLength = data,
            ChecksumMatches = BinaryPrimitives.ReadUInt16LittleEndian(header) == (ushort)Crc32.HashToUInt32(header[2..]),
        };
        switch (kind)
        {
            case ArchiveBlock:
                return block with
                {
                    Kind = RarBlockKind.Archive,
                    IsVolume = (flags & ArchiveIsVolume) != 0,
                    IsSolid = (flags & ArchiveIsSolid) != 0,
                    Encryption = (flags & HeadersAreEncrypted) != 0 ? new([], 0, [], [], false) : null,
                    // The comment lies within the header's data in old archives; blocks follow without it.
                    ChecksumMatches = block.ChecksumMatches || (flags & 0x0002) != 0 && length >= 13
                        && BinaryPrimitives.ReadUInt16LittleEndian(header) == (ushort)Crc32.HashToUInt32(header[2..13]),
                };
            case FileBlock or ServiceBlock:
                return ParseFile(block, header, flags, kind == ServiceBlock, offset);
            case EndBlock:
                return block with { Kind = RarBlockKind.End, IsVolume = (flags & NextVolume) != 0, DataLength = 0 };
            default:
                return block;
        }
    }

    protected override bool MayBegin(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 7 && bytes[2] is FileBlock or ServiceBlock && bytes[6] < 8 && BinaryPrimitives.ReadUInt16LittleEndian(bytes[5..]) >= FixedLength;

    private static RarBlock? ParseFile(RarBlock block, ReadOnlySpan<byte> header, ushort flags, bool isService, long offset)
    {
        if (header.Length < FixedLength)
            return null;
        long packed = BinaryPrimitives.ReadUInt32LittleEndian(header[7..]);
        long unpacked = BinaryPrimitives.ReadUInt32LittleEndian(header[11..]);
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        var at = FixedLength;
        if ((flags & Large) != 0)
        {
            if (header.Length < at + 8)
                return null;
            packed |= (long)BinaryPrimitives.ReadUInt32LittleEndian(header[at..]) << 32;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(header[(at + 4)..]);
            unpacked = high == uint.MaxValue && unpacked == uint.MaxValue ? -1 : unpacked | (long)high << 32;
            at += 8;
        }

        if (packed < 0 || unpacked < -1 || header.Length < at + nameLength)
            return null;
        var name = header.Slice(at, nameLength);
        at += nameLength;
        int algorithm = header[24];
        RarEncryption? encryption = null;
        if ((flags & Encrypted) != 0)
        {
            byte[] salt = (flags & Salt) != 0 && header.Length >= at + 8 ? header.Slice(at, 8).ToArray() : [];
            encryption = new(salt, 0, [], [], false);
        }

        var dictionary = flags & Dictionary;
        return block with
        {
            Kind = RarBlockKind.File,
            DataLength = packed,
            // A comment of old archives is part of the header, but not of its checksum.
            ChecksumMatches = block.ChecksumMatches
                || (flags & 0x0008) != 0 && BinaryPrimitives.ReadUInt16LittleEndian(header) == (ushort)Crc32.HashToUInt32(header[2..at]),
            Entry = new()
            {
                Name = DecodeName(name, (flags & UnicodeName) != 0),
                IsVersion5 = false,
                HeaderOffset = offset,
                DataOffset = offset + header.Length,
                PackedSize = packed,
                UnpackedSize = unpacked,
                Method = header[25] - 0x30,
                Algorithm = algorithm,
                Dictionary = dictionary == Dictionary ? 0 : (64L << 10) << (dictionary >> 5),
                IsSolid = (flags & Solid) != 0,
                IsFolder = dictionary == Dictionary && !isService || algorithm < 20 && (header[28] & 0x10) != 0,
                IsService = isService,
                BeginsEarlier = (flags & SplitBefore) != 0,
                GoesOn = (flags & SplitAfter) != 0,
                Checksum = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
                Encryption = encryption,
            },
        };
    }

    /// <summary>
    /// An 8-bit name, a zero, and the name in UTF-16 packed with the help of the former; or UTF-8 alone where there is no zero.
    /// </summary>
    private static string DecodeName(ReadOnlySpan<byte> stored, bool isUnicode)
    {
        var zero = stored.IndexOf((byte)0);
        if (!isUnicode || zero < 0)
            return MemberName.Decode(stored).Replace('\\', '/');
        var narrow = stored[..zero];
        var packed = stored[(zero + 1)..];
        if (packed.Length < 2)
            return MemberName.Decode(narrow).Replace('\\', '/');
        var name = new StringBuilder();
        var high = packed[0] << 8;
        var at = 1;
        // Two bits for each step, four steps a byte.
        for (int flags = 0, left = 0; at < packed.Length && name.Length < 2048; left -= 2, flags <<= 2)
        {
            if (left == 0)
            {
                flags = packed[at++];
                left = 8;
                if (at >= packed.Length)
                    break;
            }

            switch (flags >> 6 & 3)
            {
                case 0:
                    name.Append((char)packed[at++]);
                    break;
                case 1:
                    name.Append((char)(packed[at++] | high));
                    break;
                case 2:
                    if (at + 1 < packed.Length)
                        name.Append((char)(packed[at] | packed[at + 1] << 8));
                    at += 2;
                    break;
                default:
                    var count = packed[at++];
                    var isShifted = (count & 0x80) != 0;
                    var shift = isShifted && at < packed.Length ? packed[at++] : 0;
                    for (var left2 = (count & 0x7F) + 2; left2 > 0 && name.Length < narrow.Length; left2--)
                    {
                        var letter = narrow[name.Length];
                        name.Append(isShifted ? (char)((byte)(letter + shift) | high) : (char)letter);
                    }

                    break;
            }
        }

        // Lone surrogates must not get any further.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name.ToString())).Replace('\\', '/');
    }
}
