using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Dex;

/// <summary>
/// A Dalvik executable as YARA takes it: header, tables of identifiers, map, classes. The tables come in a fixed order, and what follows one that does not lie in
/// the file is not looked at. https://source.android.com/docs/core/runtime/dex-format.
/// </summary>
internal sealed partial class DexFile
{
    public const int HeaderLength = 112;

    /// <summary>YARA's limit of what indexes of tables may be, which is good for all real files; here also the limit of what is kept of classes.</summary>
    public const int MaximumIndex = 0x80000;

    public const int MapItemLength = 12;

    private const int ClassLength = 32;

    private readonly BoundedReader _reader;
    private readonly BoundedReader _strings;

    private DexFile(BoundedReader reader, BoundedReader strings, ReadOnlySpan<byte> header)
    {
        (_reader, _strings) = (reader, strings);
        Header = new DexHeader(header.ToArray());
        HasStrings = Fits(Header.Strings, 4);
        HasTypes = HasStrings && Fits(Header.Types, 4);
        HasProtos = HasTypes && Fits(Header.Protos, 12);
        HasFields = HasProtos && Fits(Header.Fields, 8);
        HasMethods = HasFields && Fits(Header.Methods, 8);
        var mapIsWhole = true;
        if (HasMethods && Header.MapOffset != 0 && reader.TryPeekAt(Header.MapOffset, 4, out var map))
        {
            MapSize = BinaryPrimitives.ReadUInt32LittleEndian(map);
            // The first test is for the map's length alone, wherever it lies; then each item has to lie in the file.
            mapIsWhole = 4 + (long)MapSize * MapItemLength <= reader.Length;
            MapItems = mapIsWhole ? Math.Min((long)MapSize, (reader.Length - Header.MapOffset - 4) / MapItemLength) : 0;
            mapIsWhole &= MapItems == MapSize;
        }

        HasClasses = HasMethods && mapIsWhole && Fits(Header.Classes, ClassLength);
    }

    public DexHeader Header { get; }

    public bool HasStrings { get; }

    public bool HasTypes { get; }

    public bool HasProtos { get; }

    public bool HasFields { get; }

    public bool HasMethods { get; }

    public bool HasClasses { get; }

    /// <summary>As the map says; null where there is none.</summary>
    public uint? MapSize { get; }

    /// <summary>Items of the map that lie in the file.</summary>
    public long MapItems { get; }

    public static DexFile? TryRead(ByteSource source, ScanBudget budget)
    {
        var reader = new BoundedReader(source, budget);
        return reader.TryPeekAt(0, HeaderLength, out var header) && header.StartsWith("dex\n03"u8) && header[6] is >= (byte)'5' and <= (byte)'9'
            && header[7] == 0
            ? new DexFile(reader, new BoundedReader(source, budget), header) : null;
    }

    /// <summary>An entry of a table, of at most 32 bytes.</summary>
    public bool TryReadEntry(DexTable table, long index, int length, out DexEntry entry)
    {
        entry = default;
        if ((ulong)index >= table.Count || !_reader.TryPeekAt(table.Offset + index * length, length, out var bytes))
            return false;
        entry = new DexEntry(bytes);
        return true;
    }

    public bool TryReadMapItem(int index, out DexEntry item) =>
        TryReadEntry(new DexTable((uint)MapItems, Header.MapOffset + 4L), index, MapItemLength, out item);

    /// <summary>
    /// A string: its place in the table's words, and its bytes. Its length is taken as that of its bytes and as if it always had one byte itself, which is what YARA
    /// does; the format counts UTF-16 units.
    /// </summary>
    public bool TryReadString(long index, out uint offset, out TextPlace text)
    {
        offset = 0;
        text = default;
        if (!HasStrings || (ulong)index >= Header.Strings.Count || !_strings.TryPeekAt(Header.Strings.Offset + index * 4, 4, out var bytes))
            return false;
        offset = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (offset > _strings.Length - 4)
            return false;
        long at = offset;
        if (!TryReadNumber(_strings, ref at, out var size) || size > _strings.Length || offset + 1L > _strings.Length - size || size > int.MaxValue)
            return false;
        text = new TextPlace(offset + 1L, (int)size);
        return true;
    }

    /// <summary>The code of a method, without its instructions; false where it does not lie in the file.</summary>
    public bool TryReadCode(uint offset, out DexEntry code)
    {
        code = default;
        if (offset == 0 || !_reader.TryPeekAt(offset, 16, out var bytes))
            return false;
        code = new DexEntry(bytes);
        return true;
    }

    /// <summary>
    /// A number of 1 to 5 bytes, 7 bits each, the low ones first (LEB128). Of the fifth byte all bits are taken, which then may be lost at the top. Moves on;
    /// false where the file ends in it.
    /// </summary>
    private static bool TryReadNumber(BoundedReader reader, ref long at, out uint value)
    {
        value = 0;
        for (var i = 0; i < 5; i++)
        {
            if (!reader.TryPeekAt(at, 1, out var bytes))
                return false;
            at++;
            value |= i < 4 ? (uint)(bytes[0] & 0x7F) << 7 * i : (uint)bytes[0] << 28;
            if (bytes[0] < 0x80)
                break;
        }

        return true;
    }

    private bool Fits(DexTable table, int length)
    {
        var size = (long)table.Count * length;
        return size <= _reader.Length && table.Offset <= _reader.Length - size;
    }
}
