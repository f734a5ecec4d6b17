namespace Perisai.Engine.Containers.Cpio;

/// <summary>
/// Reads cpio archives: old binary in both byte orders, odc, newc, crc, several behind one another (as in an initial RAM disk,
/// where a compressed one may follow: it is handed on as a member).
/// </summary>
internal sealed class CpioReader : IContainerReader
{
    /// <summary>Names longer than this are damage.</summary>
    private const int MaxName = 64 << 10;

    public static readonly CpioReader Instance = new();

    public string Name => "cpio";

    public FormatDescription Description { get; } = new(
        "cpio (binary, odc, newc, crc)",
        "files; further archives behind the trailer",
        "cpio(5)")
    {
        Limits = "names of 64 KiB",
        Gaps = "stripped headers of large RPM packages give one member for all",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var ended = false;
        while (!sink.ShouldStop && !reader.AtEnd)
        {
            var at = reader.Position;
            var dialect = reader.TryPeekSpan((int)Math.Min(6, reader.Remaining), out var start) ? CpioHeader.Identify(start) : default;
            if (dialect == CpioDialect.None)
            {
                if (ended)
                {
                    AddTrailing(reader, sink);
                    return;
                }

                sink.AddFault(CpioFaults.BadMagic, at);
                if (!Resynchronise(reader, sink, at))
                    return;
                continue;
            }

            if (dialect == CpioDialect.Stripped)
            {
                sink.AddFault(CpioFaults.SizeElsewhere, at);
                sink.AddSlice(new Member("content"), source, at + CpioHeader.LengthOf(dialect), source.Length);
                return;
            }

            if (!reader.TryGetSpan(CpioHeader.LengthOf(dialect), out var bytes))
            {
                sink.AddLoss(CpioFaults.TruncatedHeader, at);
                return;
            }

            if (!CpioHeader.TryParse(dialect, bytes, out var header))
            {
                sink.AddFault(CpioFaults.BadNumber, at);
                if (!Resynchronise(reader, sink, at))
                    return;
                continue;
            }

            if (!ReadEntry(reader, sink, header, at, out ended))
                return;
            if (ended && !SkipZeros(reader, sink))
                return;
        }

        if (!ended && reader.AtEnd)
            sink.AddLoss(CpioFaults.MissingEnd, reader.Length);
    }

    private static bool ReadEntry(BoundedReader reader, IMemberSink sink, CpioHeader header, long at, out bool ended)
    {
        ended = false;
        if (header.NameLength is 0 or > MaxName || !reader.TryGetSpan((int)header.NameLength, out var nameBytes))
        {
            sink.AddFault(CpioFaults.BadName, at);
            return Resynchronise(reader, sink, at);
        }

        var name = MemberName.Decode(nameBytes);
        // Padding counts from the header, as several archives may stand behind one another at any offset.
        var start = at + Align(header.Length + header.NameLength, header.Alignment);
        ended = name == "TRAILER!!!" && header.FileLength == 0;
        var stored = Math.Min(header.FileLength, Math.Max(0, reader.Length - start));
        if (stored < header.FileLength)
            sink.AddLoss(CpioFaults.TruncatedMember, at);
        reader.Position = start + Align(stored, header.Alignment);
        if (ended || !header.IsRegular)
            return true;
        if (header.Dialect == CpioDialect.HexadecimalWithSum && stored == header.FileLength)
            CheckSum(sink, reader.Source, start, stored, header.Sum, at);
        return sink.AddSlice(new Member(name) { DeclaredLength = header.FileLength }, reader.Source, start, stored);
    }

    /// <summary>The sum over all bytes; a wrong one is a fault and no more.</summary>
    private static void CheckSum(IMemberSink sink, ByteSource source, long start, long length, uint expected, long at)
    {
        var content = new BoundedReader(source, sink.Budget, start);
        uint sum = 0;
        for (var left = length; left > 0 && !sink.ShouldStop;)
        {
            if (!content.TryGetSpan((int)Math.Min(left, BoundedReader.WindowLength), out var span))
                return;
            foreach (var one in span)
                sum += one;
            left -= span.Length;
        }

        // Hard links carry the sum but not the content.
        if (sum != expected && length > 0 && !sink.ShouldStop)
            sink.AddFault(CpioFaults.BadSum, at);
    }

    /// <summary>Finds the next header in text; the binary magics are too short to look for.</summary>
    private static bool Resynchronise(BoundedReader reader, IMemberSink sink, long at)
    {
        var next = at + 1;
        while (!sink.ShouldStop && (next = reader.IndexOf("07070"u8, next)) >= 0)
        {
            reader.Position = next;
            if (reader.TryPeekSpan(CpioHeader.MaxLength, out var bytes))
            {
                var dialect = CpioHeader.Identify(bytes);
                if (dialect is not (CpioDialect.None or CpioDialect.Stripped) && CpioHeader.TryParse(dialect, bytes, out _))
                    return sink.AddSlice(new Member("damaged"), reader.Source, at, next - at);
            }

            next++;
        }

        if (!sink.ShouldStop)
            sink.AddSlice(new Member("damaged"), reader.Source, at, reader.Length - at);
        return false;
    }

    private static bool SkipZeros(BoundedReader reader, IMemberSink sink)
    {
        while (!sink.ShouldStop)
        {
            var count = (int)Math.Min(reader.Remaining, BoundedReader.WindowLength);
            if (count == 0 || !reader.TryPeekSpan(count, out var span))
                return false;
            var other = span.IndexOfAnyExcept((byte)0);
            if (other >= 0)
                return reader.TrySkip(other);
            reader.TrySkip(count);
        }

        return false;
    }

    private static void AddTrailing(BoundedReader reader, IMemberSink sink)
    {
        sink.AddFault(CpioFaults.TrailingData, reader.Position);
        sink.AddSlice(new Member("trailing data"), reader.Source, reader.Position, reader.Remaining);
    }

    private static long Align(long value, int alignment) => (value + alignment - 1) / alignment * alignment;
}
