using System.Text;
using Perisai.Engine.Formats;

namespace Perisai.Engine.Containers.Pe;

/// <summary>
/// A <c>.resources</c> file as <c>System.Resources.ResourceReader</c> reads it, version 2: mark, the length of a header for other readers, the
/// number of values and of type names, the type names, padding to eight bytes, hashes and places of the names, the place of the values; then names, each with
/// the place of its value, and values, each with its type. Values that are arrays of bytes or streams are handed on where they are of a known type.
/// </summary>
internal static class ResourcesFile
{
    private const uint Magic = 0xBEEFCACE;

    private const int MaximumValues = 4096;

    private const int MaximumNameLength = 512;

    private const int ByteArray = 0x20;

    private const int StreamOfBytes = 0x21;

    public static bool IsOne(PagedReader reader, long offset) => reader.TryReadUInt32(offset, out var magic) && magic == Magic;

    public static void HandOn(PagedReader paged, ByteSource source, long offset, long length, string name, IMemberSink sink)
    {
        var slice = new SliceByteSource(source, offset, length);
        var reader = new BoundedReader(slice, paged.Budget);
        if (!reader.TrySkip(8) || !reader.TryReadUInt32(out var headerLength) || !reader.TrySkip(headerLength)
            || !reader.TryReadUInt32(out var version) || version is not (1 or 2) || !reader.TryReadUInt32(out var count)
            || !reader.TryReadUInt32(out var types))
            return;
        for (var type = 0; type < types; type++)
        {
            if (!TryReadLength(reader, out var typeLength) || !reader.TrySkip(typeLength))
                return;
        }

        // Hashes, then places of the names; both are sorted by hash, and nobody needs the order.
        reader.Position = (reader.Position + 7) & ~7L;
        if (!reader.TrySkip(8L * count) || !reader.TryReadUInt32(out var valuesAt))
            return;
        for (var index = 0; index < Math.Min(count, MaximumValues) && !sink.ShouldStop; index++)
        {
            if (!TryReadLength(reader, out var nameLength) || nameLength > MaximumNameLength || !reader.TryGetSpan(nameLength, out var text))
                return;
            var valueName = Encoding.Unicode.GetString(text);
            if (!reader.TryReadUInt32(out var place))
                return;
            var next = reader.Position;
            reader.Position = Math.Min((long)valuesAt + place, reader.Length);
            if (version == 2 && TryReadLength(reader, out var code) && code is ByteArray or StreamOfBytes
                && reader.TryReadUInt32(out var valueLength))
            {
                var at = offset + reader.Position;
                var stored = Math.Min(valueLength, reader.Remaining);
                if (ProgramContent.Identify(source, at, stored, sink.Budget) != FileType.Unknown)
                    sink.AddSlice(new Member($"resources/{name}/{valueName}") { DeclaredLength = valueLength }, source, at, stored);
            }

            reader.Position = next;
        }
    }

    /// <summary>A number in groups of seven bits.</summary>
    private static bool TryReadLength(BoundedReader reader, out int length)
    {
        length = 0;
        for (var shift = 0; shift <= 28; shift += 7)
        {
            if (!reader.TryReadByte(out var group))
                return false;
            length |= (group & 0x7F) << shift;
            if ((group & 0x80) == 0)
                return length >= 0;
        }

        return false;
    }
}
