using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Containers.Iso9660;

/// <summary>A directory record (ECMA-119, 9.1).</summary>
internal sealed record IsoRecord
{
    private const int DirectoryFlag = 2;
    private const int MultiExtentFlag = 0x80;

    public required string Name { get; init; }

    /// <summary>The record of the directory itself, or of its parent.</summary>
    public required bool IsDots { get; init; }

    /// <summary>The first block of its data; extended attributes come before it.</summary>
    public required long Block { get; init; }

    public required long Length { get; init; }

    public required bool IsDirectory { get; init; }

    /// <summary>Whether the next record goes on with the same file.</summary>
    public required bool GoesOn { get; init; }

    /// <summary>Blocks between two gaps of an interleaved file; 0 where it is in one piece.</summary>
    public required int UnitBlocks { get; init; }

    public required int GapBlocks { get; init; }

    public required byte[] SystemUse { get; init; }

    /// <summary>Parses a record of the length that its first byte tells; null where its name does not fit.</summary>
    public static IsoRecord? Parse(ReadOnlySpan<byte> bytes, bool isJoliet)
    {
        int nameLength = bytes[32];
        if (nameLength > bytes.Length - Iso9660Format.RecordLength)
            return null;
        var name = bytes.Slice(Iso9660Format.RecordLength, nameLength);
        // A byte is put in where the name's length is even.
        var systemUse = Iso9660Format.RecordLength + nameLength + (~nameLength & 1);
        return new()
        {
            Name = Decode(name, isJoliet),
            IsDots = name is [0] or [1],
            Block = BinaryPrimitives.ReadUInt32LittleEndian(bytes[2..]) + (long)bytes[1],
            Length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[10..]),
            IsDirectory = (bytes[25] & DirectoryFlag) != 0,
            GoesOn = (bytes[25] & MultiExtentFlag) != 0,
            UnitBlocks = bytes[26],
            GapBlocks = bytes[27],
            SystemUse = systemUse < bytes.Length ? bytes[systemUse..].ToArray() : [],
        };
    }

    /// <summary>The name without its version (<c>;1</c>) and the full stop before it.</summary>
    private static string Decode(ReadOnlySpan<byte> stored, bool isJoliet)
    {
        var name = isJoliet ? Encoding.BigEndianUnicode.GetString(stored) : MemberName.Decode(stored);
        var version = name.LastIndexOf(';');
        if (version > 0 && name.AsSpan(version + 1).IndexOfAnyExceptInRange('0', '9') < 0)
            name = name[..version];
        return name.Length > 1 && name[^1] == '.' ? name[..^1] : name;
    }
}
