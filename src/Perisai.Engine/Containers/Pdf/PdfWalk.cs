using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pdf;

/// <summary>Hands on what the scan of a document found: object streams first, as they tell of the other streams.</summary>
internal sealed class PdfWalk(ByteSource source, BoundedReader reader, IMemberSink sink, PdfFacts facts, PdfObjectScan scan)
{
    private const int LargestKept = 32 << 20;

    private readonly PdfObjectStreams _objects = new(sink, facts, scan);
    private PdfDecryption? _decryption;

    public void Run()
    {
        var references = new PdfCrossReferences(reader, sink, scan);
        references.FollowTables();
        // The list grows while tables are read.
        for (var index = 0; index < scan.Streams.Count && !sink.ShouldStop; index++)
        {
            if (scan.Streams[index] is { IsCrossReference: true } table)
                references.ReadEntries(Decode(table), table.Dictionary, facts);
        }

        _decryption = PdfDecryption.Open(facts, sink);
        foreach (var stream in scan.Streams)
        {
            if (sink.ShouldStop)
                return;
            if (stream.IsObjectStream && _decryption is not { IsLocked: true })
                AddObjectStream(stream);
        }

        facts.ResolveScripts();
        foreach (var stream in scan.Streams)
        {
            if (sink.ShouldStop)
                return;
            if (!stream.IsObjectStream)
                AddStream(stream);
        }

        AddScripts();
        if (_decryption is { IsLocked: true })
            sink.AddNotScanned(new Member("encrypted content") { WasEncrypted = true }, NotScannedReason.Encrypted, _decryption.Reason);
    }

    private void AddObjectStream(PdfStream stream)
    {
        var content = Decode(stream);
        _objects.Parse(content, stream);
        using var memory = new MemoryByteSource(content);
        sink.AddSlice(new Member(NameOf(stream)), memory, 0, memory.Length);
    }

    private void AddStream(PdfStream stream)
    {
        var isLocked = _decryption is { IsLocked: true } && _decryption.Covers(stream, facts);
        if (isLocked)
            return;
        var decrypted = _decryption is not null && !stream.IsCrossReference && _decryption.Covers(stream, facts);
        var isScript = facts.ScriptObjects.Contains(stream.Number);
        if (facts.FileNames.ContainsKey(stream.Number) || stream.Dictionary["Type"].IsName("EmbeddedFile"))
            sink.AddObservation(Observations.PdfEmbeddedFile, NameOf(stream));
        var member = new Member(isScript ? $"script {stream.Number} {stream.Generation}" : NameOf(stream))
        {
            DeclaredType = isScript ? FileType.Script : FileType.Unknown,
            WasEncrypted = decrypted,
        };
        var input = new CodecInput(source, stream.Offset, stream.Length, sink.Budget);
        using var chain = PdfFilters.Open(input, decrypted ? _decryption!.OpenStream(stream, input) : null, stream.Dictionary, facts);
        if (chain.Content is null)
            sink.AddSlice(member, source, stream.Offset, stream.Length);
        else
            sink.AddStream(member, chain.Content, stream.Length);
        if (chain.Unknown is { } filter)
            sink.AddNotScanned(member, NotScannedReason.Unsupported, $"filter {filter}");
    }

    /// <summary>A stream whose content the reader itself needs, as far as it can be decoded and is not too large.</summary>
    private byte[] Decode(PdfStream stream)
    {
        var input = new CodecInput(source, stream.Offset, stream.Length, sink.Budget);
        var isCovered = !stream.IsCrossReference && _decryption?.Covers(stream, facts) == true;
        using var chain = PdfFilters.Open(input, isCovered ? _decryption!.OpenStream(stream, input) : null, stream.Dictionary, facts);
        using var plain = new PieceStream(source, stream.Offset, stream.Length);
        using var memory = new MemoryStream();
        var content = chain.Content ?? plain;
        var buffer = new byte[16 << 10];
        try
        {
            while (content.Read(buffer) is var count and > 0 && sink.Budget.ChargeProduced(count))
            {
                memory.Write(buffer, 0, count);
                if (memory.Length <= LargestKept)
                    continue;
                sink.AddLoss(PdfFaults.ObjectStreamTooLarge, stream.Offset);
                break;
            }
        }
        catch (CodecException exception)
        {
            sink.AddLoss(PdfFaults.ObjectStream, stream.Offset, exception.Message);
        }

        return memory.ToArray();
    }

    private void AddScripts()
    {
        var position = 0;
        foreach (var script in facts.Scripts)
        {
            if (sink.ShouldStop)
                return;
            position++;
            if (script.MayBeEncrypted && _decryption is { IsLocked: true })
                continue;
            var text = script.MayBeEncrypted ? Decrypt(script.Number, script.Generation, script.Text) : script.Text;
            using var memory = new MemoryByteSource(PdfText.ToUtf8(text));
            sink.AddSlice(new Member($"script {script.Number} {script.Generation} {position}") { DeclaredType = FileType.Script }, memory, 0, memory.Length);
        }
    }

    private string NameOf(PdfStream stream)
    {
        if (facts.FileNames.TryGetValue(stream.Number, out var name) && !(name.MayBeEncrypted && _decryption is { IsLocked: true }))
        {
            var text = name.MayBeEncrypted ? Decrypt(name.Number, name.Generation, name.Text) : name.Text;
            if (MemberName.Decode(PdfText.ToUtf8(text)) is { Length: > 0 } stored)
                return stored;
        }

        return $"object {stream.Number} {stream.Generation}";
    }

    private byte[] Decrypt(int number, int generation, byte[] text) => _decryption?.DecryptText(number, generation, text) ?? text;
}
