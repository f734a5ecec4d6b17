namespace Perisai.Engine.Containers.Pdf;

/// <summary>
/// Follows the cross-reference tables and streams as a viewer does, so that objects to which they lead in the middle of other data are
/// found too. Each table is read once.
/// </summary>
internal sealed class PdfCrossReferences(BoundedReader reader, IMemberSink sink, PdfObjectScan scan)
{
    private const int MaximumTables = 1000;
    private const int MaximumEntries = 2_000_000;

    /// <summary>Where viewers look for the offset of the last table.</summary>
    private const int TailLength = 2048;

    private readonly HashSet<long> _tables = [];
    private int _entries;

    /// <summary>The tables, from the last one back through <c>/Prev</c>.</summary>
    public void FollowTables()
    {
        long last = -1;
        for (var at = Math.Max(0, reader.Length - TailLength); (at = reader.IndexOf("startxref"u8, at)) >= 0; at++)
            last = at;
        if (last < 0)
            return;
        var parser = new PdfParser(reader, scan.Names);
        parser.Restart(last + 9);
        var next = parser.ParseValue();
        while (next.Kind == PdfKind.Number && _tables.Count < MaximumTables && _tables.Add(next.Number) && !sink.ShouldStop)
            next = ReadTable(next.Number);
    }

    /// <summary>The decoded entries of a cross-reference stream (ISO 32000-1, 7.5.8.2).</summary>
    public void ReadEntries(ReadOnlySpan<byte> data, in PdfValue dictionary, PdfFacts facts)
    {
        var widths = facts.Resolve(dictionary["W"]).Items;
        if (widths.Count < 3 || widths.Exists(width => width.Number is < 0 or > 8))
            return;
        var (first, second) = ((int)widths[0].Number, (int)widths[1].Number);
        var length = first + second + (int)widths[2].Number;
        var index = facts.Resolve(dictionary["Index"]).Items;
        if (length == 0)
            return;
        for (var pair = 0; pair == 0 || pair + 1 < index.Count; pair += 2)
        {
            var number = index.Count > 1 ? index[pair].Number : 0;
            var count = index.Count > 1 ? index[pair + 1].Number : long.MaxValue;
            for (; count > 0 && data.Length >= length && Count(); count--, number++, data = data[length..])
            {
                if (first == 0 || Field(data[..first]) == 1)
                    scan.FindAt(Field(data.Slice(first, second)), (int)Math.Min(number, int.MaxValue));
            }
        }
    }

    private static long Field(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        foreach (var one in bytes)
            value = value << 8 | one;
        return (long)(value & long.MaxValue);
    }

    /// <summary>Sections of entries of 20 bytes; returns the offset of the table before.</summary>
    private PdfValue ReadTable(long offset)
    {
        var parser = new PdfParser(reader, scan.Names);
        parser.Restart(offset);
        parser.SkipWhite();
        if (parser.ReadWord() != "xref")
            return default;
        while (true)
        {
            var start = parser.ParseValue();
            if (start.Kind != PdfKind.Number)
                break;
            var count = parser.ParseValue();
            for (var index = 0L; index < count.Number && Count(); index++)
            {
                var place = parser.ParseValue();
                var generation = parser.ParseValue();
                if (place.Kind != PdfKind.Number || generation.Kind != PdfKind.Number)
                    return default;
                if (parser.ParseValue().Word != "n")
                    continue;
                var after = parser.Position;
                scan.FindAt(place.Number, (int)Math.Min(start.Number + index, int.MaxValue));
                parser = new PdfParser(reader, scan.Names);
                parser.Restart(after);
            }
        }

        var trailer = parser.ParseValue();
        if (trailer["XRefStm"] is { Kind: PdfKind.Number } hybrid && _tables.Add(hybrid.Number))
            scan.FindAt(hybrid.Number, -1);
        return trailer["Prev"];
    }

    private bool Count()
    {
        if (++_entries <= MaximumEntries && !sink.ShouldStop)
            return true;
        if (_entries == MaximumEntries + 1)
            sink.AddLoss(PdfFaults.TooManyObjects, -1, "entries of cross-reference tables");
        return false;
    }
}
