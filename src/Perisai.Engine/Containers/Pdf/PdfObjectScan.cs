namespace Perisai.Engine.Containers.Pdf;

/// <summary>
/// Goes through the document from its beginning to its end and finds every object, whatever the cross-reference tables say: what an
/// update has replaced, what no table names, what a damaged file still has. The data of streams is stepped over; objects to which a table
/// leads in the middle of it are found afterwards (<see cref="FindAt"/>).
/// </summary>
internal sealed class PdfObjectScan(BoundedReader reader, IMemberSink sink, PdfFacts facts)
{
    private const int MaximumObjects = 1_000_000;
    private const int MaximumStreams = 200_000;

    private static readonly string[] _kept =
        ["Filter", "F", "DecodeParms", "DP", "Type", "Subtype", "N", "First", "W", "Index", "Length", "Root", "Encrypt", "ID"];

    private readonly HashSet<string> _names = [];
    private readonly HashSet<long> _starts = [];
    private long _rescanned;
    private long _lastEnd;
    private long _noEndFrom = long.MaxValue;

    public List<PdfStream> Streams { get; } = [];

    /// <summary>Names that the parsers of this document share.</summary>
    public HashSet<string> Names => _names;

    public void Run()
    {
        long at = 0;
        var trailer = reader.IndexOf("trailer"u8, 0);
        while (!sink.ShouldStop)
        {
            var word = reader.IndexOf("obj"u8, at);
            while (trailer >= 0 && (word < 0 || trailer < word))
            {
                ReadTrailer(trailer + 7);
                trailer = reader.IndexOf("trailer"u8, trailer + 7);
            }

            if (word < 0)
                break;
            if (!TryReadLabel(word, out var number, out var generation, out var start) || !_starts.Add(start))
            {
                at = word + 3;
                continue;
            }

            if (_starts.Count > MaximumObjects || Streams.Count > MaximumStreams)
            {
                sink.AddLoss(PdfFaults.TooManyObjects, start);
                break;
            }

            at = ReadObject(number, generation, start, word + 3);
            if (trailer >= 0 && trailer < at)
                trailer = reader.IndexOf("trailer"u8, at);
        }

        Extend();
        CheckEnd();
    }

    /// <summary>An object to which a table leads, where the scan did not see it.</summary>
    public void FindAt(long offset, int expected)
    {
        var parser = new PdfParser(reader, _names);
        parser.Restart(offset);
        parser.SkipWhite();
        // A number that is not the object's or another word: the table is wrong here, as it is in many files.
        var word = reader.IndexOf("obj"u8, parser.Position, Math.Min(reader.Length, parser.Position + 40));
        if (word < 0 || !TryReadLabel(word, out var number, out var generation, out var start) || expected >= 0 && number != expected || !_starts.Add(start))
            return;
        if (_rescanned > 4 * reader.Length + (16 << 20))
        {
            sink.AddLoss(PdfFaults.RepeatedScans, start);
            return;
        }

        sink.AddFault(PdfFaults.HiddenObject, start, $"{number} {generation} obj");
        _rescanned += ReadObject(number, generation, start, word + 3) - start;
    }

    /// <summary>Two numbers before the word <c>obj</c>.</summary>
    private bool TryReadLabel(long word, out int number, out int generation, out long start)
    {
        number = generation = 0;
        start = Math.Max(0, word - 40);
        reader.Position = start;
        if (!reader.TryPeekSpan((int)(word - start), out var before))
            return false;
        var at = before.Length;
        SkipBack(before, ref at);
        if (!TryReadBack(before, ref at, out generation))
            return false;
        if (!SkipBack(before, ref at) || !TryReadBack(before, ref at, out number))
            return false;
        start += at;
        return true;
    }

    private static bool SkipBack(ReadOnlySpan<byte> before, ref int at)
    {
        var from = at;
        while (at > 0 && PdfCharacters.IsWhite(before[at - 1]))
            at--;
        return at < from;
    }

    private static bool TryReadBack(ReadOnlySpan<byte> before, ref int at, out int value)
    {
        var end = at;
        value = 0;
        var scale = 1;
        for (; at > 0 && PdfCharacters.IsDigit(before[at - 1]) && end - at < 9; at--, scale *= 10)
            value += (before[at - 1] - '0') * scale;
        return at < end;
    }

    private void ReadTrailer(long at)
    {
        var parser = new PdfParser(reader, _names);
        parser.Restart(at);
        facts.AddTrailer(parser.ParseValue());
        _lastEnd = Math.Max(_lastEnd, at);
    }

    /// <summary>Reads an object whose value begins at an offset; returns where to go on.</summary>
    private long ReadObject(int number, int generation, long start, long at)
    {
        var parser = new PdfParser(reader, _names);
        parser.Restart(at);
        var value = parser.ParseValue();
        if (parser.ObfuscatedName is { } name)
            sink.AddObservation(Observations.PdfObfuscatedName, name);
        if (parser.Overflowed)
            sink.AddLoss(PdfFaults.ObjectTooLarge, start);
        facts.AddObject(number, generation, value, mayBeEncrypted: true);
        var end = parser.Position;
        _lastEnd = Math.Max(_lastEnd, start);
        if (value.Kind == PdfKind.Dictionary)
        {
            parser.SkipWhite();
            var word = parser.Peek() == 's' ? parser.ReadWord() : "";
            if (word.StartsWith("stream", StringComparison.Ordinal))
                return ReadStream(number, generation, value, parser.Position - word.Length + 6);
        }

        if (!parser.Unclosed)
            return end;
        // Text that is not closed swallows whatever follows: it is looked at again, as often as the length allows.
        if (end >= reader.Length)
            sink.AddLoss(PdfFaults.TruncatedObject, start, $"{number} {generation} obj");
        _rescanned += end - at;
        if (_rescanned <= 4 * reader.Length + (16 << 20))
            return at;
        sink.AddLoss(PdfFaults.RepeatedScans, start);
        return end;
    }

    private long ReadStream(int number, int generation, in PdfValue dictionary, long at)
    {
        // A line end follows the word; carriage returns alone are wrong and are found all the same.
        reader.Position = at;
        var line = reader.Peek(2);
        if (line.StartsWith("\r\n"u8))
            at += 2;
        else if (!line.IsEmpty && line[0] is (byte)'\n' or (byte)'\r')
            at++;
        var (end, isTruncated) = FindEnd(number, dictionary, at);
        var kept = PdfValue.OfDictionary([.. dictionary.Entries.Where(entry => Array.IndexOf(_kept, entry.Key) >= 0)]);
        var stream = new PdfStream(number, generation, at, end - at, kept) { IsTruncated = isTruncated };
        if (stream.IsCrossReference)
            facts.AddTrailer(dictionary);
        Streams.Add(stream);
        if (isTruncated)
            sink.AddLoss(PdfFaults.TruncatedStream, at, $"{number} {generation} obj");
        return end;
    }

    private (long End, bool IsTruncated) FindEnd(int number, in PdfValue dictionary, long at)
    {
        var declared = facts.Resolve(dictionary["Length"]);
        if (declared.Kind == PdfKind.Number && declared.Number >= 0 && declared.Number <= reader.Length - at && IsEnd(at + declared.Number))
            return (at + declared.Number, false);
        // What was not found once is not there further on.
        var end = at >= _noEndFrom ? -1 : reader.IndexOf("endstream"u8, at);
        if (end < 0)
            _noEndFrom = Math.Min(_noEndFrom, at);
        var isIndirect = dictionary["Length"].Kind == PdfKind.Reference && declared.Kind == PdfKind.None;
        if (end < 0)
        {
            end = reader.IndexOf("endobj"u8, at);
            return end < 0 ? (reader.Length, true) : (WithoutLineEnd(at, end), false);
        }

        if (!isIndirect)
            sink.AddFault(PdfFaults.WrongLength, at, $"{number}: {declared.Number}, not {end - at}");
        return (WithoutLineEnd(at, end), false);
    }

    /// <summary>Lengths that stood behind their streams are known now: one that leads to an end further on is the right one.</summary>
    private void Extend()
    {
        for (var index = 0; index < Streams.Count; index++)
        {
            var stream = Streams[index];
            if (stream.Dictionary["Length"].Kind != PdfKind.Reference)
                continue;
            var length = facts.Resolve(stream.Dictionary["Length"]).Number;
            if (length > stream.Length && length <= reader.Length - stream.Offset && IsEnd(stream.Offset + length))
                Streams[index] = stream with { Length = length, IsTruncated = false };
        }
    }

    private bool IsEnd(long at)
    {
        reader.Position = at;
        var rest = reader.Peek(16);
        return rest[..Math.Min(rest.Length, 32)].TrimStart(" \t\r\n\0"u8).StartsWith("endstream"u8);
    }

    private long WithoutLineEnd(long start, long end)
    {
        if (end - start < 2)
            return end;
        reader.Position = end - 2;
        if (!reader.TryPeekSpan(2, out var last))
            return end;
        return last.SequenceEqual("\r\n"u8) ? end - 2 : last[1] is (byte)'\n' or (byte)'\r' ? end - 1 : end;
    }

    /// <summary>A document that goes on elsewhere has no end: neither the offset of a table, nor the mark behind it.</summary>
    private void CheckEnd()
    {
        var tail = Math.Max(_lastEnd, 0);
        var offset = reader.IndexOf("startxref"u8, tail);
        if (offset < 0)
            sink.AddLoss(PdfFaults.MissingEnd, reader.Length);
        else if (reader.IndexOf("%%EOF"u8, offset) < 0)
            sink.AddFault(PdfFaults.EndMark, reader.Length);
    }
}
