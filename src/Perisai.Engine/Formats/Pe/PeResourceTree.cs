using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Pe;

/// <summary>The resources of a PE, as YARA walks them: type, then name, then language, and whatever is no directory is a resource.</summary>
internal sealed class PeResourceTree
{
    /// <summary>Resources kept: YARA's limit, which is one more than it says.</summary>
    private const int Maximum = 65_536 + 1;

    /// <summary>
    /// Directory entries looked at. YARA has no limit, and a directory that points at itself holds it for hours; the largest real programs have some
    /// thousands.
    /// </summary>
    private const int MaximumEntries = 262_144;

    private const int DirectoryLength = 16;
    private const int EntryLength = 8;
    private const uint HighBit = 0x8000_0000;
    private const int LanguageLevel = 2;

    private readonly PeImage _image;
    private readonly long _root;
    private readonly List<PeResource> _resources = [];
    private int _entries;

    /// <summary>The last numbers of each level: a resource that has no such level keeps them, -1 at first.</summary>
    private int _name = -1;
    private int _language = -1;

    private PeResourceTree(PeImage image, long root) => (_image, _root) = (image, root);

    /// <summary>Null where there is no tree.</summary>
    public uint? Timestamp { get; private init; }

    public ushort? MajorVersion { get; private init; }

    public ushort? MinorVersion { get; private init; }

    public IReadOnlyList<PeResource> Resources => _resources;

    public static PeResourceTree Read(PeImage image)
    {
        Span<byte> header = stackalloc byte[DirectoryLength];
        if (!image.TryGetDirectory(PeFormat.ResourceDirectory, out var address, out _) || address == 0
            || image.ToOffset(address) is var root && !image.Reader.TryRead(root, header))
            return new PeResourceTree(image, -1);
        var tree = new PeResourceTree(image, root)
        {
            Timestamp = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
            MajorVersion = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]),
            MinorVersion = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]),
        };
        tree.Walk(root, 0, default, default);
        return tree;
    }

    /// <summary>False: the walk is over.</summary>
    private bool Walk(long directory, int level, PeResourceKey type, PeResourceKey name)
    {
        Span<byte> header = stackalloc byte[DirectoryLength];
        if (!_image.Reader.TryRead(directory, header))
            return false;
        int named = BinaryPrimitives.ReadUInt16LittleEndian(header[12..]);
        int numbered = BinaryPrimitives.ReadUInt16LittleEndian(header[14..]);
        // What does not look like a directory is passed over, and the walk goes on.
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 0 || named > 32_768 || numbered > 32_768)
            return true;

        var at = directory + DirectoryLength;
        for (var i = 0; i < named + numbered; i++, at += EntryLength)
        {
            if (++_entries > MaximumEntries || (_entries & 0xFF) == 0 && !_image.Reader.Budget.CheckTime()
                || !_image.Reader.TryReadUInt32(at, out var id) || !_image.Reader.TryReadUInt32(at + 4, out var target))
                return false;
            var key = (id & HighBit) != 0 ? NamedKey(id) : Stale(unchecked((int)id));
            var place = _root + (target & ~HighBit);
            var isDirectory = (target & HighBit) != 0 && level < LanguageLevel;
            var goesOn = level switch
            {
                0 => VisitType(place, isDirectory, key),
                1 => VisitName(place, isDirectory, type, key),
                _ => VisitLanguage(place, type, name, key),
            };
            if (!goesOn)
                return false;
        }

        return true;
    }

    private bool VisitType(long place, bool isDirectory, PeResourceKey type) =>
        isDirectory ? Walk(place, 1, type, default) : Add(place, type, Stale(_name), Stale(_language));

    private bool VisitName(long place, bool isDirectory, PeResourceKey type, PeResourceKey name)
    {
        _name = name.Number;
        return isDirectory ? Walk(place, LanguageLevel, type, name) : Add(place, type, name, Stale(_language));
    }

    private bool VisitLanguage(long place, PeResourceKey type, PeResourceKey name, PeResourceKey language)
    {
        _language = language.Number;
        return Add(place, type, name, language);
    }

    private static PeResourceKey Stale(int number) => new(number, -1, 0);

    private bool Add(long place, PeResourceKey type, PeResourceKey name, PeResourceKey language)
    {
        if (!_image.Reader.Fits(place, 16) || !_image.Reader.TryReadUInt32(place, out var address)
            || !_image.Reader.TryReadUInt32(place + 4, out var length))
            return false;
        if (_resources.Count < Maximum)
        {
            var offset = _image.ToOffset(address);
            _resources.Add(new PeResource(_image.Reader, address, offset < 0 ? null : offset, length, type, name, language));
        }

        return true;
    }

    /// <summary>A name is a count of UTF-16 units and the units. One that does not lie in the file counts as a number.</summary>
    private PeResourceKey NamedKey(uint id)
    {
        var at = _root + (id & ~HighBit);
        return _image.Reader.TryReadUInt16(at, out var count) && _image.Reader.Fits(at + 2, count * 2)
            ? new PeResourceKey(unchecked((int)id), at + 2, count * 2) : Stale(unchecked((int)id));
    }
}

/// <summary>What a level of the tree is called.</summary>
/// <param name="Number">Its number, or what stands in its place; signed as YARA has it.</param>
/// <param name="NameOffset">Where its name in UTF-16 lies; -1 where it has a number.</param>
/// <param name="NameLength">Bytes of the name. It is read when somebody asks: thousands of resources may share a long one.</param>
internal readonly record struct PeResourceKey(int Number, long NameOffset, int NameLength)
{
    public long? Id => NameOffset < 0 ? Number : null;

    public byte[]? ReadName(PagedReader reader) => NameOffset < 0 ? null : reader.Bytes(NameOffset, NameLength);
}

/// <summary>A resource.</summary>
internal sealed record PeResource(
    PagedReader Reader, uint Address, long? Offset, uint Length, PeResourceKey Type, PeResourceKey Name, PeResourceKey Language);
