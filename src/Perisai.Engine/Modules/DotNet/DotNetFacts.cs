using System.Text;
using Perisai.Engine.Formats.DotNet;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Modules.DotNet;

/// <summary>What a .NET program is, each part read when a rule first asks for it. All is null in a PE that is no .NET program.</summary>
internal sealed class DotNetFacts(PeImage image, DotNetImage? program)
{
    /// <summary>GUIDs: YARA's limit.</summary>
    private const int MaximumGuids = 16;

    /// <summary>YARA has no limit. The runtime's own largest library has 20,000 user strings.</summary>
    private const int MaximumUserStrings = 1_000_000;

    /// <summary>Bytes of a constant, and of a key. YARA has no limit; thousands of rows may share one blob of the size of the file.</summary>
    private const int MaximumConstantLength = 4 << 20;
    private const int MaximumKeyLength = 4096;

    private const byte TextConstant = 0x0E;

    private MetadataTables? _tables;
    private List<DotNetClass>? _classes;
    private List<byte[]>? _guids;
    private List<DotNetText>? _userStrings;
    private List<DotNetResource>? _resources;
    private byte[]? _typeLibrary;
    private bool _hasTypeLibrary;

    public DotNetImage? Program => program;

    /// <summary>Null where the tables, or the heaps that they point into, are missing.</summary>
    public MetadataTables? Tables => _tables ??= program?.Tables is { } stream ? MetadataTables.Read(program.Reader, stream.Offset) : null;

    public byte[]? ModuleName => Tables?.HasRow(MetadataTables.Module, 1) == true ? program!.String(Tables.Cell(MetadataTables.Module, 1, 1)) : null;

    public List<DotNetClass>? Classes => _classes ??= Tables is { IsComplete: true } tables ? DotNetTypes.Read(program!, tables) : null;

    public List<byte[]>? Guids => _guids ??= program?.Guids is { } stream ? ReadGuids(stream) : null;

    public List<DotNetText>? UserStrings => _userStrings ??= program?.UserStrings is { } stream ? ReadUserStrings(stream) : null;

    public List<DotNetResource>? Resources => _resources ??= Tables?.Find(MetadataTables.ManifestResource) is not null ? ReadResources() : null;

    /// <summary>The GUID that the assembly gives its type library.</summary>
    public byte[]? TypeLibrary
    {
        get
        {
            if (!_hasTypeLibrary)
                (_typeLibrary, _hasTypeLibrary) = (ReadTypeLibrary(), true);
            return _typeLibrary;
        }
    }

    /// <summary>Names of native libraries.</summary>
    public List<byte[]>? ModuleReferences => field ??= Rows(MetadataTables.ModuleReference, row => program!.String(Cell(MetadataTables.ModuleReference, row, 0)));

    /// <summary>Constants that are texts, in UTF-16.</summary>
    public List<DotNetText>? Constants => field ??= Rows(MetadataTables.Constant, row =>
        (Cell(MetadataTables.Constant, row, 0) & 0xFF) == TextConstant
        && program!.TryGetBlob(Cell(MetadataTables.Constant, row, 2), out var offset, out var length) && offset + length < program.Reader.Length
            ? new DotNetText(offset, Math.Min(length, MaximumConstantLength)) : null);

    /// <summary>Where the initial values of fields lie.</summary>
    public List<long>? FieldOffsets => field ??= Rows(
        MetadataTables.FieldAddress, row => image.ToOffset(Cell(MetadataTables.FieldAddress, row, 0)) is >= 0 and var offset ? offset : (long?)null)
        ?.ConvertAll(offset => offset!.Value);

    public List<DotNetAssembly>? AssemblyReferences => field ??= Rows(MetadataTables.AssemblyReference, ReadReference);

    public DotNetAssembly? Assembly
    {
        get
        {
            const int table = MetadataTables.Assembly;
            if (Tables?.HasRow(table, 1) != true)
                return null;
            var culture = program!.String(Cell(table, 1, 8));
            return new DotNetAssembly(
                new DotNetVersion(Cell(table, 1, 1), Cell(table, 1, 2), Cell(table, 1, 3), Cell(table, 1, 4)), program.String(Cell(table, 1, 7)),
                null, culture is { Length: > 0 } ? culture : null);
        }
    }

    /// <summary>A key that cannot be read takes the name with it.</summary>
    private DotNetAssembly ReadReference(uint row)
    {
        const int table = MetadataTables.AssemblyReference;
        var version = new DotNetVersion(Cell(table, row, 0), Cell(table, row, 1), Cell(table, row, 2), Cell(table, row, 3));
        return program!.TryGetBlob(Cell(table, row, 5), out var offset, out var length)
            ? new DotNetAssembly(version, program.String(Cell(table, row, 6)), length is > 0 and <= MaximumKeyLength ? program.Reader.Bytes(offset, length) : null, null)
            : new DotNetAssembly(version, null, null, null);
    }

    private List<byte[]> ReadGuids(DotNetStream stream)
    {
        var guids = new List<byte[]>();
        for (long at = 0; guids.Count < MaximumGuids && at + 16 <= stream.Length && program!.Reader.Bytes(stream.Offset + at, 16) is { } bytes; at += 16)
            guids.Add(Encoding.ASCII.GetBytes(new Guid(bytes).ToString("D")));
        return guids;
    }

    /// <summary>
    /// Lengths and texts one after the other. A text ends with a byte that is no part of it, which YARA then takes for an empty text and passes over.
    /// </summary>
    private List<DotNetText>? ReadUserStrings(DotNetStream stream)
    {
        var reader = program!.Reader;
        if (stream.Length == 0 || !reader.Fits(stream.Offset, stream.Length) || !reader.TryReadByte(stream.Offset, out var first) || first != 0)
            return null;
        var strings = new List<DotNetText>();
        var at = stream.Offset + 1;
        while (at < stream.Offset + stream.Length && strings.Count < MaximumUserStrings && program.TryReadBlob(at, out var offset, out var length))
        {
            at = offset;
            if (length <= 1)
                continue;
            strings.Add(new DotNetText(offset, length - 1));
            at += length - 1;
        }

        return strings;
    }

    private List<DotNetResource> ReadResources()
    {
        const int table = MetadataTables.ManifestResource;
        var resources = new List<DotNetResource>();
        for (uint row = 1; Tables!.HasRow(table, row); row++)
        {
            var offset = program!.ResourcesOffset + Cell(table, row, 0);
            // Those that lie in other files have an implementation.
            if (Cell(table, row, 3) == 0 && program.Reader.TryReadUInt32(offset, out var length) && program.Reader.Fits(offset, length))
                resources.Add(new DotNetResource(offset + 4, length, program.String(Cell(table, row, 2))));
        }

        return resources;
    }

    /// <summary>The text of the last GuidAttribute of the assembly.</summary>
    private byte[]? ReadTypeLibrary()
    {
        const int table = MetadataTables.CustomAttribute;
        const uint assemblyTag = 0x0E;
        const uint memberTag = 3;
        const uint typeReferenceTag = 1;
        byte[]? found = null;
        if (Tables is not { } tables || tables.Find(MetadataTables.TypeReference) is null || tables.Find(MetadataTables.MemberReference) is null)
            return null;
        for (uint row = 1; tables.HasRow(table, row); row++)
        {
            var type = Cell(table, row, 1);
            if ((Cell(table, row, 0) & 0x1F) != assemblyTag || (type & 7) != memberTag)
                continue;
            // An index of 0 counts as 1.
            var member = Math.Max(1, type >> 3);
            if (!tables.HasRow(MetadataTables.MemberReference, member))
                break;
            var parent = Cell(MetadataTables.MemberReference, member, 0);
            if ((parent & 7) != typeReferenceTag)
                continue;
            var reference = Math.Max(1, parent >> 3);
            if (!tables.HasRow(MetadataTables.TypeReference, reference))
                break;
            var name = program!.String(Cell(MetadataTables.TypeReference, reference, 1));
            if (name is not null && !name.AsSpan().StartsWith("GuidAttribute"u8) || Cell(table, row, 2) is var value && value == 0
                || !program.TryGetBlob(value, out var offset, out var length) || length < 3 || offset + length >= program.Reader.Length
                || !program.Reader.TryReadUInt16(offset, out var prolog) || prolog != 1
                || !program.Reader.TryReadByte(offset + 2, out var textLength) || program.Reader.Bytes(offset + 3, textLength) is not { } text)
                continue;
            found = text is [0xFF or 0, ..] ? [] : text.AsSpan().IndexOf((byte)0) is >= 0 and var end ? text[..end] : text;
        }

        return found;
    }

    private uint Cell(int table, uint row, int column) => Tables!.Cell(table, row, column);

    /// <summary>What the rows of a table give, without those that give nothing. Null where there is no such table.</summary>
    private List<T>? Rows<T>(int table, Func<uint, T?> read)
    {
        if (Tables?.Find(table) is null)
            return null;
        var values = new List<T>();
        for (uint row = 1; Tables.HasRow(table, row); row++)
        {
            if (read(row) is { } value)
                values.Add(value);
        }

        return values;
    }
}

/// <summary>Where a text lies. It is read when somebody asks: a program may have a hundred thousand, and several may lie at one place.</summary>
internal sealed record DotNetText(long Offset, int Length);

/// <summary>A resource inside of the program.</summary>
internal sealed record DotNetResource(long Offset, long Length, byte[]? Name);

/// <summary>An assembly: this one, or one that is referred to.</summary>
internal sealed record DotNetAssembly(DotNetVersion Version, byte[]? Name, byte[]? Key, byte[]? Culture);

/// <summary>A version in four numbers.</summary>
internal sealed record DotNetVersion(long Major, long Minor, long Build, long Revision);
