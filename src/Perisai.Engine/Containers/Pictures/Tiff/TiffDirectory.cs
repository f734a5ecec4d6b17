using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pictures.Tiff;

/// <summary>
/// The first directory of a TIFF (version 6.0): entries of 12 bytes, each a tag, the type of its numbers, how many, and these or where they lie.
/// </summary>
internal sealed class TiffDirectory
{
    public const int Width = 256;
    public const int Height = 257;
    public const int BitsPerSample = 258;
    public const int Compression = 259;
    public const int Interpretation = 262;
    public const int StripOffsets = 273;
    public const int SamplesPerPixel = 277;
    public const int RowsPerStrip = 278;
    public const int StripLengths = 279;
    public const int Planes = 284;
    public const int Predictor = 317;
    public const int TileWidth = 322;
    public const int TileHeight = 323;
    public const int TileOffsets = 324;
    public const int TileLengths = 325;
    public const int SampleFormat = 339;

    private const int EntryLength = 12;

    /// <summary>Numbers of one entry: as many strips as a picture of the greatest height can have, and tiles of the greatest size.</summary>
    private const int MostNumbers = 1 << 17;

    private readonly ReadOnlyMemory<byte> _data;
    private readonly Dictionary<int, (int Type, uint Count, int At)> _entries = [];

    /// <exception cref="CodecException">There is no directory.</exception>
    public TiffDirectory(ReadOnlyMemory<byte> data)
    {
        _data = data;
        var bytes = data.Span;
        if (bytes.Length < 8)
            throw CodecException.Truncated();
        IsBigEndian = bytes[0] == 'M';
        var at = UInt32(4);
        if (at > bytes.Length - 2)
            throw CodecException.Truncated();
        int count = UInt16((int)at);
        var first = (int)at + 2;
        if (count * EntryLength > bytes.Length - first)
            throw CodecException.Truncated();
        for (var entry = first; entry < first + (count * EntryLength); entry += EntryLength)
            _entries.TryAdd(UInt16(entry), (UInt16(entry + 2), UInt32(entry + 4), entry + 8));
    }

    public bool IsBigEndian { get; }

    /// <summary>The only or first number of an entry; -1 for one that is too great.</summary>
    /// <exception cref="CodecException">It is no number, or lies outside of the file.</exception>
    public int Number(int tag, int otherwise)
    {
        var numbers = Numbers(tag);
        return numbers.Length == 0 ? otherwise : numbers[0] > int.MaxValue ? -1 : (int)numbers[0];
    }

    /// <summary>All numbers of an entry; none where there is no such entry.</summary>
    /// <exception cref="CodecException">They are no numbers, too many, or lie outside of the file.</exception>
    public uint[] Numbers(int tag)
    {
        if (!_entries.TryGetValue(tag, out var entry))
            return [];
        var size = entry.Type switch { 1 => 1, 3 => 2, 4 => 4, _ => throw PictureFaults.Damaged("An entry of the directory has a type that it cannot have.") };
        if (entry.Count > MostNumbers)
            throw PictureFaults.Damaged("An entry of the directory has too many numbers.");
        var length = (long)entry.Count * size;
        var at = length <= 4 ? (uint)entry.At : UInt32(entry.At);
        if (at > _data.Length - length)
            throw CodecException.Truncated();
        var numbers = new uint[entry.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            var place = (int)at + (i * size);
            numbers[i] = size switch { 1 => _data.Span[place], 2 => UInt16(place), _ => UInt32(place) };
        }

        return numbers;
    }

    private ushort UInt16(int at)
    {
        var bytes = _data.Span.Slice(at, 2);
        return IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    private uint UInt32(int at)
    {
        var bytes = _data.Span.Slice(at, 4);
        return IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
