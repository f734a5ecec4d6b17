using System.Buffers.Binary;
using System.IO.Hashing;

namespace Perisai.Engine.Containers.Rar;

/// <summary>
/// The blocks of RAR 5: a CRC-32, a length, and numbers of seven bits a byte: kind, flags, lengths of the extra area and of the data,
/// then what belongs to the kind, and last the extra area.
/// </summary>
internal sealed class Rar5Blocks(BoundedReader reader) : RarBlocks(reader)
{
    private const ulong ArchiveBlock = 1;
    private const ulong FileBlock = 2;
    private const ulong ServiceBlock = 3;
    private const ulong EncryptionBlock = 4;
    private const ulong EndBlock = 5;

    private const ulong HasExtra = 0x01;
    private const ulong HasData = 0x02;
    private const ulong SplitBefore = 0x08;
    private const ulong SplitAfter = 0x10;

    private const ulong IsDirectory = 0x01;
    private const ulong HasTime = 0x02;
    private const ulong HasChecksum = 0x04;
    private const ulong UnknownSize = 0x08;

    private const ulong EncryptionRecord = 1;
    private const ulong RedirectionRecord = 5;

    public override int SignatureLength => RarFormat.Signature5Length;

    protected override RarBlock? Parse(ReadOnlySpan<byte> bytes, long offset)
    {
        if (bytes.Length < 7)
            return null;
        var fields = new Rar5Fields(bytes[4..]);
        var size = fields.Number();
        // The length has at most three bytes.
        if (fields.Failed || fields.Position > 3 || size == 0 || size > (ulong)(bytes.Length - 4 - fields.Position))
            return null;
        var length = 4 + fields.Position + (int)size;
        var header = bytes[..length];
        fields = new(header[(4 + fields.Position)..]);
        var kind = fields.Number();
        var flags = fields.Number();
        var extra = (flags & HasExtra) != 0 ? fields.Number() : 0;
        var data = (flags & HasData) != 0 ? fields.Number() : 0;
        if (fields.Failed || extra > (ulong)fields.Remaining || data > long.MaxValue / 2)
            return null;
        var block = new RarBlock
        {
            Kind = RarBlockKind.Other,
            HeaderLength = length,
            DataLength = (long)data,
            ChecksumMatches = BinaryPrimitives.ReadUInt32LittleEndian(header) == Crc32.HashToUInt32(header[4..]),
        };
        switch (kind)
        {
            case ArchiveBlock:
                var archive = fields.Number();
                return block with { Kind = RarBlockKind.Archive, IsVolume = (archive & 1) != 0, IsSolid = (archive & 4) != 0 };
            case FileBlock or ServiceBlock:
                return ParseFile(block, ref fields, flags, header[^(int)extra..], kind == ServiceBlock, offset);
            case EncryptionBlock:
                return ParseEncryption(block, ref fields);
            case EndBlock:
                return block with { Kind = RarBlockKind.End, IsVolume = (fields.Number() & 1) != 0 };
            default:
                return block;
        }
    }

    protected override bool MayBegin(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 8 && ((bytes[4] & 0x80) == 0 ? bytes[5] : (bytes[5] & 0x80) == 0 ? bytes[6] : 0) is 2 or 3;

    private static RarBlock? ParseFile(
        RarBlock block, ref Rar5Fields fields, ulong blockFlags, ReadOnlySpan<byte> extra, bool isService, long offset)
    {
        var flags = fields.Number();
        var unpacked = fields.Number();
        fields.Number();
        if ((flags & HasTime) != 0)
            fields.Bytes(4);
        uint? checksum = null;
        if ((flags & HasChecksum) != 0 && fields.Bytes(4) is { Length: 4 } stored)
            checksum = BinaryPrimitives.ReadUInt32LittleEndian(stored);
        var compression = fields.Number();
        fields.Number();
        var nameLength = fields.Number();
        var name = nameLength <= (ulong)fields.Remaining ? fields.Bytes((int)nameLength) : [];
        if (fields.Failed || nameLength != (ulong)name.Length)
            return null;
        var algorithm = (int)(compression & 0x3F);
        // RAR 7 has five bits for the power and five more for the thirty-seconds that are added.
        var power = (int)(compression >> 10 & (algorithm == 0 ? 0x0Fu : 0x1Fu));
        var dictionary = (128L << 10) << power;
        if (algorithm > 0)
            dictionary += dictionary / 32 * (long)(compression >> 15 & 0x1F);
        var (encryption, isLink) = ParseExtra(extra);
        return block with
        {
            Kind = RarBlockKind.File,
            Entry = new()
            {
                Name = MemberName.Decode(name),
                IsVersion5 = true,
                HeaderOffset = offset,
                DataOffset = offset + block.HeaderLength,
                PackedSize = block.DataLength,
                UnpackedSize = (flags & UnknownSize) != 0 || unpacked > long.MaxValue ? -1 : (long)unpacked,
                Method = (int)(compression >> 7 & 7),
                Algorithm = algorithm,
                Dictionary = dictionary,
                IsSolid = (compression & 0x40) != 0,
                IsFolder = (flags & IsDirectory) != 0,
                IsService = isService,
                IsLink = isLink,
                BeginsEarlier = (blockFlags & SplitBefore) != 0,
                GoesOn = (blockFlags & SplitAfter) != 0,
                Checksum = checksum,
                Encryption = encryption,
            },
        };
    }

    private static (RarEncryption? Encryption, bool IsLink) ParseExtra(ReadOnlySpan<byte> extra)
    {
        RarEncryption? encryption = null;
        var isLink = false;
        var fields = new Rar5Fields(extra);
        while (fields.Remaining > 0)
        {
            var size = fields.Number();
            if (fields.Failed || size > (ulong)fields.Remaining)
                break;
            var record = new Rar5Fields(fields.Bytes((int)size));
            switch (record.Number())
            {
                case EncryptionRecord:
                    record.Number();
                    var flags = record.Number();
                    int power = record.Byte();
                    var salt = record.Bytes(16).ToArray();
                    var vector = record.Bytes(16).ToArray();
                    encryption = new(salt, power, vector, (flags & 1) != 0 ? record.Bytes(12).ToArray() : [], (flags & 2) != 0);
                    break;
                case RedirectionRecord:
                    isLink = true;
                    break;
            }
        }

        return (encryption, isLink);
    }

    private static RarBlock ParseEncryption(RarBlock block, ref Rar5Fields fields)
    {
        fields.Number();
        var flags = fields.Number();
        int power = fields.Byte();
        var salt = fields.Bytes(16).ToArray();
        return block with
        {
            Kind = RarBlockKind.Encryption,
            Encryption = new(salt, power, [], (flags & 1) != 0 ? fields.Bytes(12).ToArray() : [], false),
        };
    }
}
