using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Containers.Lha;

/// <summary>
/// The header of a file, of level 0 to 3. All numbers are little endian. Levels 0 and 1 begin with a length and a sum of one byte each,
/// levels 2 and 3 with a length; all have the method at 2, the lengths at 7 and 11, and the level at 20.
/// </summary>
internal sealed class LhaHeader
{
    private const int MinLength = 22;
    private const int MaxExtensions = 1000;
    private const int NameExtension = 1;
    private const int DirectoryExtension = 2;
    private const int LengthsExtension = 0x42;
    private const int UnicodeNameExtension = 0x44;
    private const int UnicodeDirectoryExtension = 0x45;

    private string _directory = "";
    private string _name = "";

    private LhaHeader()
    {
    }

    /// <summary>Five characters: <c>-lh5-</c>.</summary>
    public string Method { get; private set; } = "";

    public long StoredLength { get; private set; }

    public long OriginalLength { get; private set; }

    /// <summary>The checksum of the content; null where the header has none.</summary>
    public ushort? Checksum { get; private set; }

    public bool ChecksumMatches { get; private set; } = true;

    public string Name => _directory.Length == 0 || _directory.EndsWith('/') ? _directory + _name : _directory + "/" + _name;

    public bool IsDirectory => Method == "-lhd-";

    /// <summary>Whether the bytes could begin a header.</summary>
    public static bool CanBegin(ReadOnlySpan<byte> bytes) => Formats.Identification.HeaderChecks.IsLha(bytes);

    /// <summary>Reads a header at the reader's position, which is left at the data; null where there is none.</summary>
    public static LhaHeader? TryRead(BoundedReader reader)
    {
        if (!reader.TryPeekSpan(MinLength, out var bytes) || !CanBegin(bytes))
            return null;
        var header = new LhaHeader
        {
            Method = Encoding.ASCII.GetString(bytes.Slice(2, 5)),
            StoredLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes[7..]),
            OriginalLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes[11..]),
        };
        return (bytes[20] switch
        {
            0 => header.TryReadOld(reader, hasExtensions: false),
            1 => header.TryReadOld(reader, hasExtensions: true),
            2 => header.TryReadNew(reader),
            _ => header.TryReadLong(reader),
        }) ? header : null;
    }

    private bool TryReadOld(BoundedReader reader, bool hasExtensions)
    {
        var start = reader.Position;
        if (!reader.TryPeekSpan(1, out var first) || !reader.TryPeekSpan(first[0] + 2, out var bytes))
            return false;
        var length = bytes.Length;
        byte sum = 0;
        foreach (var value in bytes[2..])
            sum += value;
        ChecksumMatches = sum == bytes[1];
        int name = length > 21 ? bytes[21] : 0;
        if (22 + name > length)
            return false;
        SetPath(bytes.Slice(22, name));
        if (24 + name <= length)
            Checksum = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(22 + name)..]);
        if (!hasExtensions)
            return reader.TrySkip(length);
        // The length of the first extension is the header's last field; extensions count as stored bytes.
        var next = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(length - 2)..]);
        if (!reader.TrySkip(length) || !TryReadExtensions(reader, next, 2))
            return false;
        StoredLength = Math.Max(0, StoredLength - (reader.Position - start - length));
        return true;
    }

    private bool TryReadNew(BoundedReader reader)
    {
        var start = reader.Position;
        if (!reader.TryPeekSpan(26, out var bytes))
            return false;
        var total = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        Checksum = BinaryPrimitives.ReadUInt16LittleEndian(bytes[21..]);
        var next = BinaryPrimitives.ReadUInt16LittleEndian(bytes[24..]);
        if (total < 26 || !reader.TrySkip(26) || !TryReadExtensions(reader, next, 2) || total > reader.Length - start)
            return false;
        // Some programs do not count the padding byte that keeps the length from ending in a zero byte.
        reader.Position = Math.Max(start + total, reader.Position);
        return true;
    }

    private bool TryReadLong(BoundedReader reader)
    {
        var start = reader.Position;
        if (!reader.TryPeekSpan(32, out var bytes))
            return false;
        Checksum = BinaryPrimitives.ReadUInt16LittleEndian(bytes[21..]);
        long total = BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]);
        var next = BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]);
        if (bytes[0] != 4 || total < 32 || !reader.TrySkip(32) || !TryReadExtensions(reader, next, 4) || total > reader.Length - start)
            return false;
        reader.Position = Math.Max(start + total, reader.Position);
        return true;
    }

    /// <summary>An extension: a kind, data, and the length of the next one, all of which its own length counts.</summary>
    private bool TryReadExtensions(BoundedReader reader, uint length, int lengthBytes)
    {
        for (var count = 0; length != 0; count++)
        {
            if (count == MaxExtensions || length < 1 + lengthBytes || length > BoundedReader.WindowLength || !reader.TryGetSpan((int)length, out var bytes))
                return false;
            var data = bytes[1..^lengthBytes];
            switch (bytes[0])
            {
                case NameExtension:
                    _name = MemberName.Decode(data);
                    break;
                case DirectoryExtension:
                    _directory = Separate(MemberName.Decode(data));
                    break;
                case UnicodeNameExtension:
                    _name = Encoding.Unicode.GetString(data);
                    break;
                case UnicodeDirectoryExtension:
                    _directory = Encoding.Unicode.GetString(data).Replace('\uFFFF', '/');
                    break;
                case LengthsExtension when data.Length >= 16:
                    StoredLength = (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(data), long.MaxValue);
                    OriginalLength = (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(data[8..]), long.MaxValue);
                    break;
            }

            length = lengthBytes == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[^2..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]);
        }

        return true;
    }

    /// <summary>A path of levels 0 and 1; Amiga programs keep a comment behind a NUL.</summary>
    private void SetPath(ReadOnlySpan<byte> stored) => _name = Separate(MemberName.Decode(stored));

    /// <summary>The separator of extensions is the byte FF, which is a letter where the name is taken for Latin-1.</summary>
    private static string Separate(string path) => path.Replace('\u00FF', '/').Replace('\\', '/');
}
