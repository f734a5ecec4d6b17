using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Pe;

/// <summary>Small facts of a PE that have no table of their own.</summary>
internal static class PeDetails
{
    private const int DebugEntryLength = 28;
    private const uint CodeView = 2;

    /// <summary>Debug entries looked at; YARA has no limit, real files have six at most.</summary>
    private const int MaximumDebugEntries = 4096;

    /// <summary>MAX_PATH: a path that is not shorter does not count.</summary>
    private const int MaximumPathLength = 260;

    /// <summary>YARA has no limit for the name of a section in the string table.</summary>
    private const int MaximumSectionNameLength = 65_536;

    private const int SymbolLength = 18;

    /// <summary>The path of the debug symbols; null where there is none.</summary>
    public static byte[]? ReadDebugPath(PeImage image)
    {
        if (!image.TryGetDirectory(PeFormat.DebugDirectory, out var address, out var length) || length == 0 || length % DebugEntryLength != 0
            || address == 0 || image.ToOffset(address) is var at && at < 0)
            return null;
        Span<byte> entry = stackalloc byte[DebugEntryLength];
        for (var i = 0; i < Math.Min(length / DebugEntryLength, MaximumDebugEntries) && image.Reader.TryRead(at, entry); i++, at += DebugEntryLength)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]) != CodeView)
                continue;
            var dataAddress = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]);
            var dataAt = dataAddress != 0 ? image.ToOffset(dataAddress) : 0;
            if (dataAt <= 0)
                dataAt = BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]);
            if (dataAt > 0 && ReadCodeViewPath(image.Reader, dataAt) is { Length: > 0 and < MaximumPathLength } path)
                return path;
        }

        return null;
    }

    private static byte[]? ReadCodeViewPath(PagedReader reader, long at)
    {
        if (!reader.Fits(at, 8) || !reader.TryReadUInt32(at, out var signature))
            return null;
        var header = signature switch
        {
            0x3031424E => 16, // NB10: offset, time, age
            0x53445352 => 24, // RSDS: a GUID, age
            0x434F544D => 20, // MTOC: a GUID
            _ => 0,
        };
        return header != 0 && reader.Fits(at, header + 1) ? reader.TextUpToZero(at + header, MaximumPathLength, out _) : null;
    }

    /// <summary>A section's name: <c>/123</c> is a place in the string table that follows the symbols. Null where that leads nowhere.</summary>
    public static byte[]? ReadFullName(PeImage image, byte[] name)
    {
        if (image.SymbolTableOffset == 0 || name is not [(byte)'/', ..])
            return name;
        long place = 0;
        for (var i = 1; i < Math.Min(8, name.Length) && char.IsAsciiDigit((char)name[i]); i++)
            place = place * 10 + (name[i] - '0');
        var at = image.SymbolTableOffset + image.SymbolCount * (long)SymbolLength + place;
        var text = image.Reader.TextUpToZero(at, MaximumSectionNameLength, out var isTerminated);
        return text is not null && isTerminated && text.AsSpan().IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0 ? text : null;
    }

    /// <summary>
    /// The checksum that the header should have: the sum of the file's words without that field, and the file's length. Null where the
    /// file could not be read whole.
    /// </summary>
    public static long? ComputeChecksum(PeImage image)
    {
        // The field is left out only where it is one of the words that are added.
        var field = image.HeaderOffset + 24 + 64;
        var reader = image.Reader.Reader;
        var buffer = new byte[BoundedReader.WindowLength];
        ulong sum = 0;
        reader.Position = 0;
        for (long at = 0; at < reader.Length; at += buffer.Length)
        {
            var wanted = (int)Math.Min(buffer.Length, reader.Length - at);
            if (reader.Read(buffer.AsSpan(0, wanted)) != wanted || !reader.Budget.CheckTime())
                return null;
            // The last word is filled up with zeros.
            buffer.AsSpan(wanted, Math.Min(3, buffer.Length - wanted)).Clear();
            var part = buffer.AsSpan(0, Math.Min(buffer.Length, (wanted + 3) & ~3));
            if (field % 4 == 0 && field >= at && field < at + wanted)
                part.Slice((int)(field - at), 4).Clear();
            for (; part.Length > 0; part = part[4..])
                sum += BinaryPrimitives.ReadUInt32LittleEndian(part);
            // Less than 2^32 additions of less than 2^32 cannot overflow between two folds.
            sum = (sum & uint.MaxValue) + (sum >> 32);
        }

        sum = (sum & uint.MaxValue) + (sum >> 32);
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum += sum >> 16;
        return (long)(sum & 0xFFFF) + reader.Length;
    }
}
