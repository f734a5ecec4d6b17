using System.Collections.Immutable;
using System.Numerics;

namespace Perisai.Engine.Formats.DotNet;

/// <summary>
/// The tables of the metadata (ECMA-335, II.22 and II.24.2.6): where each begins and how wide its columns are, which depends on how long the others
/// are. A table.
/// </summary>
internal sealed class MetadataTables
{
    public const int Module = 0x00;
    public const int TypeReference = 0x01;
    public const int TypeDefinition = 0x02;
    public const int Method = 0x06;
    public const int Parameter = 0x08;
    public const int InterfaceImplementation = 0x09;
    public const int MemberReference = 0x0A;
    public const int Constant = 0x0B;
    public const int CustomAttribute = 0x0C;
    public const int ModuleReference = 0x1A;
    public const int TypeSpecification = 0x1B;
    public const int FieldAddress = 0x1D;
    public const int Assembly = 0x20;
    public const int AssemblyReference = 0x23;
    public const int ManifestResource = 0x28;
    public const int NestedClass = 0x29;
    public const int GenericParameter = 0x2A;

    /// <summary>The first table that is longer ends YARA's reading of the tables.</summary>
    public const int MaximumRows = 15_000;

    private const int HeaderLength = 24;
    private const int TableCount = 64;

    // Columns: a width of 2 or 4 bytes, an index into a heap, into a table, or into one of several tables.
    private const int S = 0x10;
    private const int G = 0x11;
    private const int B = 0x12;
    private const int T = 0x100;
    private const int C = 0x200;

    private const int TypeDefOrRef = 0;
    private const int HasConstant = 1;
    private const int HasCustomAttribute = 2;
    private const int HasFieldMarshal = 3;
    private const int HasDeclSecurity = 4;
    private const int MemberRefParent = 5;
    private const int HasSemantics = 6;
    private const int MethodDefOrRef = 7;
    private const int MemberForwarded = 8;
    private const int Implementation = 9;
    private const int CustomAttributeType = 10;
    private const int ResolutionScope = 11;
    private const int TypeOrMethodDef = 12;

    /// <summary>For each coded index: the bits of its tag, and the tables.</summary>
    private static readonly (int Bits, byte[] Tables)[] _coded =
    [
        (2, [0x02, 0x01, 0x1B]),
        (2, [0x04, 0x08, 0x17]),
        (5, [
            0x06, 0x04, 0x01, 0x02, 0x08, 0x09, 0x0A, 0x00, 0x0E, 0x17, 0x14, 0x11, 0x1A, 0x1B, 0x20, 0x23, 0x26, 0x27, 0x28, 0x2A, 0x2C,
            0x2B]),
        (1, [0x04, 0x08]),
        (2, [0x02, 0x06, 0x20]),
        (3, [0x02, 0x01, 0x1A, 0x06, 0x1B]),
        (1, [0x14, 0x17]),
        (1, [0x06, 0x0A]),
        (1, [0x04, 0x06]),
        (2, [0x26, 0x23, 0x27]),
        (3, [0x06, 0x0A]),
        (2, [0x00, 0x1A, 0x23, 0x01]),
        (1, [0x02, 0x06]),
    ];

    /// <summary>For each table its columns; null for one that YARA does not know, which ends its reading.</summary>
    private static readonly int[]?[] _columns =
    [
        [2, S, G, G, G], // 00 Module
        [C | ResolutionScope, S, S], // 01 TypeRef
        [4, S, S, C | TypeDefOrRef, T | 0x04, T | 0x06], // 02 TypeDef
        [T | 0x04], // 03 FieldPtr
        [2, S, B], // 04 Field
        [T | 0x06], // 05 MethodPtr
        [4, 2, 2, S, B, T | 0x08], // 06 MethodDef
        null, // 07 ParamPtr
        [2, 2, S], // 08 Param
        [T | 0x02, C | TypeDefOrRef], // 09 InterfaceImpl
        [C | MemberRefParent, S, B], // 0A MemberRef
        [2, C | HasConstant, B], // 0B Constant
        [C | HasCustomAttribute, C | CustomAttributeType, B], // 0C CustomAttribute
        [C | HasFieldMarshal, B], // 0D FieldMarshal
        [2, C | HasDeclSecurity, B], // 0E DeclSecurity
        [2, 4, T | 0x02], // 0F ClassLayout
        [4, T | 0x04], // 10 FieldLayout
        [B], // 11 StandAloneSig
        [T | 0x02, T | 0x14], // 12 EventMap
        [T | 0x14], // 13 EventPtr
        [2, S, C | TypeDefOrRef], // 14 Event
        [T | 0x02, T | 0x17], // 15 PropertyMap
        [T | 0x17], // 16 PropertyPtr
        [2, S, B], // 17 Property
        [2, T | 0x06, C | HasSemantics], // 18 MethodSemantics
        [T | 0x02, C | MethodDefOrRef, C | MethodDefOrRef], // 19 MethodImpl
        [S], // 1A ModuleRef
        [B], // 1B TypeSpec
        [2, C | MemberForwarded, S, T | 0x1A], // 1C ImplMap
        [4, T | 0x04], // 1D FieldRVA
        [4, 4], // 1E EncLog
        [4], // 1F EncMap
        [4, 2, 2, 2, 2, 4, B, S, S], // 20 Assembly
        [4], // 21 AssemblyProcessor
        [4, 4, 4], // 22 AssemblyOS
        [2, 2, 2, 2, 4, B, S, S, B], // 23 AssemblyRef
        [4, T | 0x23], // 24 AssemblyRefProcessor
        [4, 4, 4, T | 0x23], // 25 AssemblyRefOS
        [4, S, B], // 26 File
        [4, 4, S, S, C | Implementation], // 27 ExportedType
        [4, 4, S, C | Implementation], // 28 ManifestResource
        [T | 0x02, T | 0x02], // 29 NestedClass
        [2, 2, C | TypeOrMethodDef, S], // 2A GenericParam
        [C | MethodDefOrRef, B], // 2B MethodSpec
        [T | 0x2A, C | TypeDefOrRef], // 2C GenericParamConstraint
    ];

    private readonly PagedReader _reader;
    private readonly MetadataTable?[] _tables = new MetadataTable?[TableCount];
    private readonly uint[] _rows = new uint[TableCount];
    private byte _heapSizes;

    private MetadataTables(PagedReader reader) => _reader = reader;

    /// <summary>Whether all tables were found: none is unknown or too long. Only then YARA looks at types.</summary>
    public bool IsComplete { get; private set; }

    public static MetadataTables Read(PagedReader reader, long at, int maximumRows = MaximumRows)
    {
        var tables = new MetadataTables(reader);
        tables.Layout(at, maximumRows);
        return tables;
    }

    /// <summary>Null where the file has no such table, or it lies behind one that ended the reading.</summary>
    public MetadataTable? Find(int table) => _tables[table];

    /// <summary>Rows of a table; 0 where there is none.</summary>
    public int RowCount(int table) => _tables[table]?.RowCount ?? 0;

    /// <summary>Whether the whole row, counted from 1, lies in its table and in the file.</summary>
    public bool HasRow(int table, uint row) =>
        _tables[table] is { } found && row >= 1 && row <= found.RowCount && _reader.Fits(found.Offset + (row - 1L) * found.RowLength, found.RowLength);

    /// <summary>A cell of a row that is there; 0 of one that is not.</summary>
    public uint Cell(int table, uint row, int column)
    {
        if (_tables[table] is not { } found || row < 1 || row > found.RowCount)
            return 0;
        var at = found.Offset + (row - 1L) * found.RowLength + found.Columns[column];
        var isShort = (column + 1 < found.Columns.Length ? found.Columns[column + 1] : found.RowLength) - found.Columns[column] == 2;
        if (!isShort)
            return _reader.TryReadUInt32(at, out var wide) ? wide : 0;
        return _reader.TryReadUInt16(at, out var narrow) ? narrow : 0u;
    }

    private void Layout(long at, int maximumRows)
    {
        if (!_reader.Fits(at, HeaderLength) || !_reader.TryReadByte(at + 6, out _heapSizes) || !_reader.TryReadUInt64(at + 8, out var valid))
            return;
        var rowsAt = at + HeaderLength;
        var present = BitOperations.PopCount(valid);
        // A bit that compilers never set says that four more bytes follow.
        var offset = rowsAt + present * 4 + ((_heapSizes & 0x40) != 0 ? 4 : 0);
        for (int table = 0, i = 0; table < TableCount; table++)
        {
            if ((valid >> table & 1) != 0 && _reader.TryReadUInt32(rowsAt + i++ * 4L, out var rows))
                _rows[table] = rows;
        }

        for (int table = 0, i = 0; table < TableCount; table++)
        {
            if ((valid >> table & 1) == 0)
                continue;
            if (!_reader.Fits(rowsAt + i++ * 4L, 4) || _rows[table] > maximumRows || table >= _columns.Length || _columns[table] is not { } columns)
                return;
            var places = ImmutableArray.CreateBuilder<int>(columns.Length);
            var length = 0;
            foreach (var column in columns)
            {
                places.Add(length);
                length += Width(column);
            }

            _tables[table] = new MetadataTable(offset, (int)_rows[table], length, places.MoveToImmutable());
            offset += (long)length * _rows[table];
        }

        IsComplete = true;
    }

    private int Width(int column)
    {
        var isWide = column switch
        {
            S => (_heapSizes & 1) != 0,
            G => (_heapSizes & 2) != 0,
            B => (_heapSizes & 4) != 0,
            4 => true,
            >= C => IsWide(_coded[column & 0xFF]),
            >= T => _rows[column & 0xFF] > 0xFFFF,
            _ => false,
        };
        return isWide ? 4 : 2;
    }

    private bool IsWide((int Bits, byte[] Tables) coded)
    {
        foreach (var table in coded.Tables)
        {
            if (_rows[table] > 0xFFFF >> coded.Bits)
                return true;
        }

        return false;
    }
}

/// <summary>Where a table lies.</summary>
internal sealed record MetadataTable(long Offset, int RowCount, int RowLength, ImmutableArray<int> Columns);
