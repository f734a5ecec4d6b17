using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Fat;

/// <summary>Entries of an exFAT directory, 32 bytes each: one for a file, one for its content, and some with its name.</summary>
internal sealed class ExFatDirectory
{
    private const int CharactersOfPart = 15;
    private const byte FileKind = 0x85;
    private const byte StreamKind = 0xC0;
    private const byte NameKind = 0xC1;

    private readonly char[] _name = new char[17 * CharactersOfPart];
    private int _left;
    private int _nameLength;
    private int _named;
    private bool _isDirectory;
    private FatEntry? _found;

    /// <summary>Takes the next entry. False: the directory ends here.</summary>
    public bool Take(ReadOnlySpan<byte> entry, List<FatEntry> entries)
    {
        if (entry[0] == 0)
        {
            Finish(entries);
            return false;
        }

        switch (entry[0])
        {
            case FileKind:
                Finish(entries);
                _left = entry[1];
                _isDirectory = (entry[4] & 16) != 0;
                return true;
            case StreamKind when _left > 0:
                _nameLength = entry[3];
                _named = 0;
                _found = new(
                    "", _isDirectory, BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]), BinaryPrimitives.ReadInt64LittleEndian(entry[24..]),
                    (entry[1] & 2) != 0);
                break;
            case NameKind when _found is not null:
                for (var index = 0; index < CharactersOfPart && _named < _nameLength && _named < _name.Length; index++)
                    _name[_named++] = (char)BinaryPrimitives.ReadUInt16LittleEndian(entry[(2 + index * 2)..]);
                break;
            default:
                // Deleted ones, bitmaps, labels; and what else may follow a file's entries.
                if ((entry[0] & 0xC0) != 0xC0)
                    Finish(entries);
                return true;
        }

        if (--_left == 0)
            Finish(entries);
        return true;
    }

    public void Finish(List<FatEntry> entries)
    {
        if (_found is { } found)
            entries.Add(found with { Name = new(_name, 0, _named) });
        _found = null;
        _left = 0;
    }
}
