using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Containers.Fat;

/// <summary>
/// Entries of a FAT directory, 32 bytes each: a short name of 8 and 3 characters, and before it, last part first, the parts of a long one.
/// </summary>
internal sealed class FatDirectory
{
    private const int EntryLength = 32;
    private const int CharactersOfPart = 13;
    private const int MaxParts = 20;

    private const int LabelAttribute = 8;
    private const int DirectoryAttribute = 16;
    private const int LongNameAttributes = 15;

    private readonly char[] _longName = new char[MaxParts * CharactersOfPart];
    private int _parts;
    private int _expected;
    private byte _checksum;

    /// <summary>Takes the next entry. False: the directory ends here.</summary>
    public bool Take(ReadOnlySpan<byte> entry, List<FatEntry> entries)
    {
        if (entry[0] == 0)
            return false;
        var attributes = entry[11];
        if (entry[0] == 0xE5)
        {
            _expected = -1;
        }
        else if ((attributes & 0x3F) == LongNameAttributes)
        {
            TakePart(entry);
        }
        else
        {
            var isNamed = _expected == 0 && _parts > 0 && ChecksumOf(entry) == _checksum;
            var name = isNamed ? new string(_longName, 0, _parts * CharactersOfPart).Split('\0')[0] : ShortName(entry);
            _expected = -1;
            // A directory with the label's attribute is none for any system; a label has no content.
            if ((attributes & LabelAttribute) == 0 && !entry.StartsWith("."u8))
            {
                var cluster = (uint)BinaryPrimitives.ReadUInt16LittleEndian(entry[20..]) << 16 | BinaryPrimitives.ReadUInt16LittleEndian(entry[26..]);
                entries.Add(new(
                    name, (attributes & DirectoryAttribute) != 0, cluster, BinaryPrimitives.ReadUInt32LittleEndian(entry[28..]), false));
            }
        }

        return true;
    }

    /// <summary>A part of a long name; the first one that comes is the last of the name, and says how many there are.</summary>
    private void TakePart(ReadOnlySpan<byte> entry)
    {
        var number = entry[0] & 0x3F;
        if ((entry[0] & 0x40) != 0 && number is > 0 and <= MaxParts)
        {
            (_parts, _expected, _checksum) = (number, number, entry[13]);
            Array.Clear(_longName);
        }

        if (number == 0 || number != _expected || entry[13] != _checksum)
        {
            _expected = -1;
            return;
        }

        _expected--;
        var characters = _longName.AsSpan(_expected * CharactersOfPart, CharactersOfPart);
        for (var index = 0; index < CharactersOfPart; index++)
        {
            var at = index < 5 ? 1 + index * 2 : index < 11 ? 14 + (index - 5) * 2 : 28 + (index - 11) * 2;
            var character = (char)BinaryPrimitives.ReadUInt16LittleEndian(entry[at..]);
            characters[index] = character == 0xFFFF ? '\0' : character;
        }
    }

    private static byte ChecksumOf(ReadOnlySpan<byte> entry)
    {
        byte sum = 0;
        foreach (var value in entry[..11])
            sum = (byte)((sum << 7 | sum >> 1) + value);
        return sum;
    }

    /// <summary>The short name; Windows keeps names that are all lower case as flags.</summary>
    private static string ShortName(ReadOnlySpan<byte> entry)
    {
        Span<byte> bytes = stackalloc byte[11];
        entry[..11].CopyTo(bytes);
        if (bytes[0] == 5)
            bytes[0] = 0xE5;
        var name = Encoding.Latin1.GetString(bytes[..8]).TrimEnd(' ');
        var extension = Encoding.Latin1.GetString(bytes[8..]).TrimEnd(' ');
        name = (entry[12] & 8) != 0 ? name.ToLowerInvariant() : name;
        extension = (entry[12] & 16) != 0 ? extension.ToLowerInvariant() : extension;
        return extension.Length > 0 ? $"{name}.{extension}" : name;
    }

    public static int LengthOfEntry => EntryLength;
}
