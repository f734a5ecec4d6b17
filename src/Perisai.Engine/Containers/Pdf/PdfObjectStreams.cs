namespace Perisai.Engine.Containers.Pdf;

/// <summary>Parses the objects in decoded object streams (ISO 32000-1, 7.5.7): pairs of number and offset, then the objects.</summary>
internal sealed class PdfObjectStreams(IMemberSink sink, PdfFacts facts, PdfObjectScan scan)
{
    private const int MaximumObjects = 1_000_000;

    private int _objects;

    public void Parse(byte[] content, PdfStream stream)
    {
        using var memory = new MemoryByteSource(content);
        var parser = new PdfParser(new BoundedReader(memory, sink.Budget), scan.Names);
        var count = facts.Resolve(stream.Dictionary["N"]).Number;
        var first = facts.Resolve(stream.Dictionary["First"]).Number;
        var pairs = new List<(int Number, long Offset)>();
        while (pairs.Count < count && _objects + pairs.Count < MaximumObjects)
        {
            var number = parser.ParseValue();
            var offset = parser.ParseValue();
            if (number.Kind != PdfKind.Number || offset.Kind != PdfKind.Number)
                break;
            parser.Restart(parser.Position);
            pairs.Add(((int)Math.Clamp(number.Number, 0, int.MaxValue), first + offset.Number));
        }

        _objects += pairs.Count;
        if (pairs.Count < count)
            sink.AddLoss(PdfFaults.ObjectStream, stream.Offset, $"{pairs.Count} of {count} objects");
        // Objects that lie over one another are parsed once: their number costs no more than the content's length.
        long reached = -1;
        long work = 0;
        foreach (var (number, offset) in pairs.OrderBy(pair => pair.Offset))
        {
            if (sink.ShouldStop)
                return;
            if (offset < reached)
                continue;
            parser.Restart(offset);
            var value = parser.ParseValue();
            if (parser.Overflowed)
                sink.AddLoss(PdfFaults.ObjectTooLarge, stream.Offset);
            facts.AddObject(number, 0, value, mayBeEncrypted: false);
            work += parser.Position - offset;
            if (work > 4L * content.Length + (1 << 20))
            {
                sink.AddLoss(PdfFaults.RepeatedScans, stream.Offset);
                return;
            }

            reached = parser.Unclosed ? offset + 1 : parser.Position;
        }

        if (parser.ObfuscatedName is { } name)
            sink.AddObservation(Observations.PdfObfuscatedName, name);
    }
}
