using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Pe;

/// <summary>The exports of a PE, as YARA reads them.</summary>
internal sealed class PeExportTable
{
    /// <summary>Functions looked at: YARA's limit since 4.3; before it was 8,192.</summary>
    private const int Maximum = 16_384;

    private const int MaximumNameLength = 512;

    /// <summary>YARA has no limit for the library's name.</summary>
    private const int MaximumLibraryNameLength = 32_767;

    private const int DirectoryLength = 40;

    /// <summary>Null where there is no table.</summary>
    public uint? Timestamp { get; private init; }

    public byte[]? LibraryName { get; private init; }

    public IReadOnlyList<PeExport> Exports { get; private init; } = [];

    public static PeExportTable Read(PeImage image)
    {
        Span<byte> header = stackalloc byte[DirectoryLength];
        if (!image.TryGetDirectory(PeFormat.ExportDirectory, out var address, out var length) || address == 0
            || image.ToOffset(address) is var start && !image.Reader.TryRead(start, header))
            return new PeExportTable();
        var nameAt = image.ToOffset(BinaryPrimitives.ReadUInt32LittleEndian(header[12..]));
        return new PeExportTable
        {
            Timestamp = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
            LibraryName = nameAt > 0 ? image.Reader.TextUpToZero(nameAt, MaximumLibraryNameLength, out _) : null,
            Exports = ReadExports(image, header, start, length, nameAt),
        };
    }

    private static List<PeExport> ReadExports(PeImage image, ReadOnlySpan<byte> header, long start, uint length, long nameAt)
    {
        var exports = new List<PeExport>();
        var reader = image.Reader;
        var ordinalBase = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        var count = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(header[20..]), Maximum);
        var nameCount = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        // The space is counted from the library's name on, of all places.
        if (count * 4L > reader.Length - nameAt)
            return exports;
        long names = -1;
        if (nameCount > 0)
        {
            names = image.ToOffset(BinaryPrimitives.ReadUInt32LittleEndian(header[32..]));
            if (names < 0 || nameCount * 4L > reader.Length - names)
                return exports;
        }

        var ordinalsAt = image.ToOffset(BinaryPrimitives.ReadUInt32LittleEndian(header[36..]));
        var functionsAt = image.ToOffset(BinaryPrimitives.ReadUInt32LittleEndian(header[28..]));
        if (ordinalsAt < 0 || functionsAt < 0 || reader.Bytes(ordinalsAt, count * 2) is not { } ordinals
            || reader.Bytes(functionsAt, count * 4) is not { } functions)
            return exports;

        // The first name of each function.
        var nameOf = new Dictionary<int, int>();
        for (var i = 0; names >= 0 && i < Math.Min(nameCount, count); i++)
            nameOf.TryAdd(BinaryPrimitives.ReadUInt16LittleEndian(ordinals.AsSpan(i * 2)), i);

        for (var i = 0; i < count; i++)
        {
            if ((i & 0xFF) == 0xFF && !reader.Budget.CheckTime())
                break;
            var address = BinaryPrimitives.ReadUInt32LittleEndian(functions.AsSpan(i * 4));
            var offset = image.ToOffset(address);
            // An address inside of the table itself is no function but the name of one in another library.
            var isForwarded = offset > start && offset < start + length;
            exports.Add(new PeExport(
                ordinalBase + (long)i, address, isForwarded || offset < 0 ? null : offset,
                nameOf.TryGetValue(i, out var name) ? ReadName(image, names + name * 4L) : null,
                isForwarded ? reader.TextUpToZero(offset, MaximumNameLength, out _) : null));
        }

        return exports;
    }

    private static byte[]? ReadName(PeImage image, long at) =>
        image.Reader.TryReadUInt32(at, out var address) && image.ToOffset(address) is > 0 and var offset
            ? image.Reader.TextUpToZero(offset, MaximumNameLength, out _) : null;
}

/// <summary>An exported function.</summary>
/// <param name="Ordinal">Its number, counted from the table's base.</param>
/// <param name="Address">Its address relative to the image base.</param>
/// <param name="Offset">Where it lies in the file; null for one that is forwarded or lies nowhere.</param>
/// <param name="Name">Its name; null where it has only a number.</param>
/// <param name="ForwardName">The function in another library that is meant.</param>
internal sealed record PeExport(long Ordinal, uint Address, long? Offset, byte[]? Name, byte[]? ForwardName);
