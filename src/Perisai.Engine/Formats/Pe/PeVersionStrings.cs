namespace Perisai.Engine.Formats.Pe;

/// <summary>
/// The strings of a version resource, as YARA reads them: the low byte of each UTF-16 unit, 63 of a key and 255 of a value. It follows the lengths
/// of the nodes and asks only that what it reads lies in the file.
/// </summary>
internal static class PeVersionStrings
{
    /// <summary>Strings of all version resources together, and nodes looked at. YARA has no limit; real files have some twenty.</summary>
    private const int MaximumNodes = 65_536;

    private const int HeaderLength = 6;
    private const int MaximumKeyLength = 63;
    private const int MaximumValueLength = 255;

    /// <summary>A wide text longer than this counts as one without an end. A node's length has 16 bits.</summary>
    private const int MaximumUnits = 32_768;

    public static List<(byte[] Key, byte[] Value)> Read(PeImage image, IEnumerable<PeResource> resources)
    {
        var strings = new List<(byte[] Key, byte[] Value)>();
        var nodes = 0;
        foreach (var resource in resources)
        {
            // The number counts even where the type has a name, since a name's place never is 16.
            if (resource.Type.Number == PeFormat.VersionResourceType && resource.Offset is { } offset)
                ReadResource(image.Reader, offset, strings, ref nodes);
        }

        return strings;
    }

    private static void ReadResource(PagedReader reader, long at, List<(byte[] Key, byte[] Value)> strings, ref int nodes)
    {
        if (!KeyIs(reader, at, "VS_VERSION_INFO"u8))
            return;
        at += Align(HeaderLength + 86);
        while (KeyIs(reader, at, "VarFileInfo"u8) && TryGetLength(reader, at, out var length) && Count(reader, ref nodes))
            at += Align(length);
        while (KeyIs(reader, at, "StringFileInfo"u8) && TryGetLength(reader, at, out var length) && Count(reader, ref nodes))
        {
            var table = at + Align(HeaderLength + 30);
            at += Align(length);
            while (table < at && TryGetNode(reader, table, out var tableLength, out var keyUnits) && Count(reader, ref nodes))
            {
                var entry = table + Align(HeaderLength + 2 * (keyUnits + 1));
                table += Align(tableLength);
                while (entry < table && TryGetNode(reader, entry, out var entryLength, out keyUnits) && Count(reader, ref nodes))
                {
                    var valueAt = entry + Align(HeaderLength + 2 * (keyUnits + 1));
                    if (CountUnits(reader, valueAt) >= 0)
                    {
                        var hasValue = reader.TryReadUInt16(entry + 2, out var valueLength) && valueLength != 0;
                        strings.Add((
                            LowBytes(reader, entry + HeaderLength, MaximumKeyLength), hasValue ? LowBytes(reader, valueAt, MaximumValueLength) : []));
                    }

                    entry += Align(entryLength);
                }
            }
        }
    }

    private static bool Count(PagedReader reader, ref int nodes) => ++nodes <= MaximumNodes && reader.Budget.CheckTime();

    private static int Align(int length) => (length + 3) & ~3;

    private static bool TryGetLength(PagedReader reader, long at, out ushort length) => reader.TryReadUInt16(at, out length) && length != 0;

    private static bool TryGetNode(PagedReader reader, long at, out ushort length, out int keyUnits)
    {
        keyUnits = 0;
        return TryGetLength(reader, at, out length) && reader.Fits(at, HeaderLength) && (keyUnits = CountUnits(reader, at + HeaderLength)) >= 0;
    }

    private static bool KeyIs(PagedReader reader, long at, ReadOnlySpan<byte> name)
    {
        // As many bytes as the key has must lie in the file, its terminator included.
        Span<byte> key = stackalloc byte[64];
        key = key[..(2 * (name.Length + 1))];
        if (!reader.TryRead(at + HeaderLength, key))
            return false;
        for (var i = 0; i < key.Length; i += 2)
        {
            if (key[i] != (i / 2 < name.Length ? name[i / 2] : 0) || key[i + 1] != 0)
                return false;
        }

        return true;
    }

    /// <summary>Units before the terminator; -1 where there is none.</summary>
    private static int CountUnits(PagedReader reader, long at)
    {
        for (var count = 0; count < MaximumUnits; count++, at += 2)
        {
            if (!reader.TryReadUInt16(at, out var unit))
                return -1;
            if (unit == 0)
                return count;
        }

        return -1;
    }

    private static byte[] LowBytes(PagedReader reader, long at, int maximum)
    {
        Span<byte> bytes = stackalloc byte[MaximumValueLength];
        var count = 0;
        for (; count < maximum && reader.TryReadUInt16(at, out var unit) && (byte)unit != 0; count++, at += 2)
            bytes[count] = (byte)unit;
        return bytes[..count].ToArray();
    }
}
