using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Containers.Images;

/// <summary>Walks the chunks of a PNG; compressed texts and color profiles are members.</summary>
internal sealed class PngReader : IContainerReader
{
    public static readonly PngReader Instance = new();

    private const int LongestKeyword = 80;

    public string Name => "png";

    public FormatDescription Description { get; } = new(
        "PNG", "its chunks are checked; compressed texts (zTXt, iTXt), color profiles (iCCP), what follows the image", "PNG Specification (W3C), third edition");

    public void Read(ByteSource source, IMemberSink sink)
    {
        var walk = new ImageWalk(source, sink);
        if (ReadChunks(walk))
            walk.AddTrailing(walk.Reader.Position);
    }

    /// <summary>True where the last chunk was found; the reader stands behind it.</summary>
    private static bool ReadChunks(ImageWalk walk)
    {
        var reader = walk.Reader;
        reader.Position = 8;
        while (!walk.ShouldStop && reader.TryReadUInt32(out var length, bigEndian: true))
        {
            if (!reader.TryGetSpan(4, out var type))
                return walk.Broken("PNG.EOFReadingChunkType");
            if (length > int.MaxValue)
                return walk.Broken("PNG.InvalidChunkLength");
            var kind = BinaryPrimitives.ReadUInt32BigEndian(type);
            var start = reader.Position;
            if (!reader.TrySkip(length))
                return walk.Broken("PNG.EOFReadingChunk");
            if (!reader.TrySkip(4))
                return walk.Broken("PNG.EOFReadingChunkCRC");
            var end = reader.Position;
            if (kind == Code("IEND"u8))
                return true;
            AddCompressed(walk, kind, start, length);
            reader.Position = end;
        }

        return false;
    }

    private static uint Code(ReadOnlySpan<byte> type) => BinaryPrimitives.ReadUInt32BigEndian(type);

    /// <summary>A keyword or a profile's name, a method, and compressed data; iTXt has flags and two texts between.</summary>
    private static void AddCompressed(ImageWalk walk, uint kind, long start, long length)
    {
        if (kind != Code("zTXt"u8) && kind != Code("iCCP"u8) && kind != Code("iTXt"u8))
            return;
        var reader = walk.Reader;
        var end = start + length;
        var zero = reader.IndexOf([0], start, Math.Min(end, start + LongestKeyword));
        if (zero < 0)
            return;
        reader.Position = start;
        var name = reader.TryGetSpan((int)(zero - start), out var keyword) ? Encoding.Latin1.GetString(keyword) : "";
        var data = zero + 2;
        if (kind == Code("iTXt"u8))
        {
            reader.Position = zero + 1;
            if (!reader.TryReadByte(out var isCompressed) || isCompressed == 0)
                return;
            var language = reader.IndexOf([0], zero + 3, end);
            data = language < 0 ? -1 : reader.IndexOf([0], language + 1, end) + 1;
            if (data <= 0)
                return;
        }

        walk.AddZlib(name, data, end - data);
    }
}
