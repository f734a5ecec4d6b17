using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Chm;

/// <summary>Reads the headers (ITSF, ITSP) and the listing chunks (PMGL) of the directory.</summary>
internal sealed class ChmDirectory(ByteSource source, IMemberSink sink)
{
    private const int MaxName = 4096;
    private const int ChunkHeaderLength = 20;

    private readonly BoundedReader _reader = new(source, sink.Budget);

    public List<ChmEntry> Entries { get; } = [];

    /// <summary>Where content section 0 begins.</summary>
    public long ContentOffset { get; private set; }

    public bool TryRead()
    {
        if (!_reader.TryPeekSpan(0x58, out var header))
            return Fail(ChmFaults.TruncatedHeader, 0);
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        var directory = Long(header[0x48..]);
        ContentOffset = Long(header[0x50..]) is var length && directory > source.Length - length ? long.MaxValue : directory + length;
        if (version >= 3)
        {
            if (!_reader.TryPeekSpan(0x60, out header))
                return Fail(ChmFaults.TruncatedHeader, 0);
            ContentOffset = Long(header[0x58..]);
        }

        _reader.Position = directory;
        if (!_reader.TryPeekSpan(0x54, out var list) || !list.StartsWith("ITSP"u8))
            return Fail(ChmFaults.BadDirectory, directory);
        var headerLength = BinaryPrimitives.ReadUInt32LittleEndian(list[8..]);
        var chunkLength = BinaryPrimitives.ReadUInt32LittleEndian(list[0x10..]);
        var first = BinaryPrimitives.ReadUInt32LittleEndian(list[0x20..]);
        var last = BinaryPrimitives.ReadUInt32LittleEndian(list[0x24..]);
        if (chunkLength is < 32 or > BoundedReader.WindowLength || headerLength < 0x54)
            return Fail(ChmFaults.BadDirectory, directory);
        // Listing chunks stand one behind another; their links are not followed, as they could go round.
        for (long chunk = first; chunk <= last && !sink.ShouldStop; chunk++)
        {
            var at = directory + headerLength + chunk * chunkLength;
            _reader.Position = at;
            if (at >= source.Length || !_reader.TryPeekSpan((int)chunkLength, out var bytes))
                return Fail(ChmFaults.Truncated, at);
            if (bytes.StartsWith("PMGL"u8))
                ReadChunk(bytes, at);
            else if (!bytes.StartsWith("PMGI"u8))
                sink.AddLoss(ChmFaults.BadDirectory, at);
        }

        return true;
    }

    private void ReadChunk(ReadOnlySpan<byte> chunk, long offset)
    {
        var free = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        var entries = free > chunk.Length - ChunkHeaderLength ? chunk[ChunkHeaderLength..] : chunk[ChunkHeaderLength..^(int)free];
        while (!entries.IsEmpty)
        {
            if (!TryNumber(ref entries, out var length) || length > Math.Min(MaxName, entries.Length))
            {
                sink.AddLoss(ChmFaults.BadEntry, offset);
                return;
            }

            var name = MemberName.Decode(entries[..(int)length]);
            entries = entries[(int)length..];
            if (!TryNumber(ref entries, out var section) || !TryNumber(ref entries, out var start) || !TryNumber(ref entries, out var count))
            {
                sink.AddLoss(ChmFaults.BadEntry, offset);
                return;
            }

            Entries.Add(new(name, section, start, count));
        }
    }

    /// <summary>Seven bits a byte, the highest first; the last byte's highest bit is 0.</summary>
    private static bool TryNumber(ref ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        for (var index = 0; index < bytes.Length && index < 9; index++)
        {
            value = value << 7 | (byte)(bytes[index] & 0x7F);
            if ((bytes[index] & 0x80) != 0)
                continue;
            bytes = bytes[(index + 1)..];
            return true;
        }

        return false;
    }

    private static long Long(ReadOnlySpan<byte> bytes) => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(bytes), long.MaxValue / 2);

    private bool Fail(string fault, long offset)
    {
        sink.AddLoss(fault, offset);
        return false;
    }
}
