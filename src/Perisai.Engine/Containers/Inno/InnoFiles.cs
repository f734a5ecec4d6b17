using System.Diagnostics.CodeAnalysis;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Inno;

/// <summary>Hands on the files of an installer: each chunk is decoded once, and the files in it are cut from what comes out.</summary>
/// <param name="source">The installer.</param>
/// <param name="dataOffset">Where the places of chunks count from.</param>
/// <param name="version">The version that wrote it.</param>
/// <param name="names">Names of files by the numbers of their locations.</param>
/// <param name="sink">Where they go.</param>
internal sealed class InnoFiles(ByteSource source, long dataOffset, InnoVersion version, Dictionary<int, string> names, IMemberSink sink)
{
    /// <summary>What small installers may hold twice and more.</summary>
    private const long OverlapFloor = 16 << 20;

    private const int PropertiesLength = 5;

    private static ReadOnlySpan<byte> ChunkMark => [(byte)'z', (byte)'l', (byte)'b', 0x1A];

    public void HandOn(List<InnoLocation> locations)
    {
        long total = 0;
        foreach (var chunk in locations.GroupBy(location => (location.FirstSlice, location.ChunkOffset, location.ChunkLength)).OrderBy(chunk => chunk.Key))
        {
            if (sink.ShouldStop)
                return;
            total += Math.Min(chunk.Key.ChunkLength, source.Length);
            if (total > source.Length * 2 + OverlapFloor)
            {
                sink.AddFault(InnoFaults.OverlappingEntries, -1, "The chunks share their bytes.");
                sink.AddNotScanned(new("overlapping chunks"), NotScannedReason.OverBudget, "Chunks that share bytes with others were not opened.");
                return;
            }

            if (!HandOnChunk([.. chunk.OrderBy(location => location.Offset)]))
                return;
        }
    }

    private bool HandOnChunk(List<InnoLocation> files)
    {
        var first = files[0];
        if (first.FirstSlice > 0 || first.LastSlice > 0)
            return AddAll(files, NotScannedReason.MissingVolume, "The file is in another volume.");
        if (first.IsEncrypted)
            return AddAll(files, NotScannedReason.Encrypted, "");
        var start = dataOffset + first.ChunkOffset;
        Span<byte> mark = stackalloc byte[4];
        if (source.Read(start, mark) < mark.Length || !mark.SequenceEqual(ChunkMark))
        {
            sink.AddLoss(InnoFaults.BadChunk, start, NameOf(first).Name);
            return !sink.ShouldStop;
        }

        start += mark.Length;
        var stored = Math.Min(first.ChunkLength, source.Length - start);
        if (stored < first.ChunkLength)
            sink.AddLoss(InnoFaults.Truncated, source.Length, NameOf(first).Name);
        using var input = new CodecInput(source, start, stored, sink.Budget);
        using var decoder = Open(input, first.IsCompressed, files.Max(file => file.Offset + file.Length));
        return HandOnFiles(files, decoder, stored);
    }

    private bool HandOnFiles(List<InnoLocation> files, DecoderStream decoder, long stored)
    {
        var part = new MemberContentStream(decoder);
        InnoLocation? last = null;
        foreach (var file in files)
        {
            if (last is not null && file.Offset == last.Offset && file.Length == last.Length)
                continue;
            if (file.Offset < decoder.Produced || !TrySkip(decoder, file.Offset - decoder.Produced))
            {
                sink.AddLoss(InnoFaults.BadChunk, dataOffset + file.ChunkOffset, NameOf(file).Name);
                return !sink.ShouldStop;
            }

            last = file;
            part.Begin(file.Length);
            using var content = new InnoFileStream(part, file.IsFiltered ? version.Filter : null, version.Digest);
            if (!sink.AddStream(NameOf(file), content, stored))
                return false;
            if (part.Failure is not null)
                return !sink.ShouldStop;
            if (part.EndedEarly)
            {
                sink.AddLoss(InnoFaults.Truncated, dataOffset + file.ChunkOffset, NameOf(file).Name);
                return !sink.ShouldStop;
            }

            if (part.Left == 0 && !content.HasDigest(file.Digest))
                sink.AddFault(InnoFaults.Checksum, dataOffset + file.ChunkOffset, NameOf(file).Name);
        }

        return !sink.ShouldStop;
    }

    private bool TrySkip(DecoderStream decoder, long count)
    {
        var buffer = new byte[16 << 10];
        try
        {
            while (count > 0)
            {
                var read = decoder.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, count)));
                if (read == 0 || !sink.Budget.ChargeProduced(read))
                    return false;
                count -= read;
            }
        }
        catch (CodecException)
        {
            return false;
        }

        return true;
    }

    private bool AddAll(List<InnoLocation> files, NotScannedReason reason, string detail)
    {
        foreach (var file in files)
        {
            if (!sink.AddNotScanned(NameOf(file), reason, detail))
                return false;
        }

        return true;
    }

    private Member NameOf(InnoLocation file) =>
        new(names.GetValueOrDefault(file.Number, $"file-{file.Number}")) { DeclaredLength = file.Length, WasEncrypted = file.IsEncrypted };

    /// <summary>
    /// The method stands once for all chunks in the header, at a place that differs between versions; each shows itself by its first bytes.
    /// </summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The caller disposes it.")]
    private static DecoderStream Open(CodecInput input, bool isCompressed, long length)
    {
        if (!isCompressed)
            return new StoredStream(input);
        var head = input.Peek(PropertiesLength + 1).ToArray();
        if (head is [(byte)'B', (byte)'Z', (byte)'h', ..])
            return CodecStreams.Bzip2(input);
        if (head is [0x78, var check, ..] && (0x7800 | check) % 31 == 0)
        {
            input.Skip(2);
            return CodecStreams.Deflate(input);
        }

        // LZMA: properties, a dictionary's length, a zero with which its coder begins. LZMA2: a dictionary's length in a byte, and a first piece that resets it.
        if (head is [var lzma2, 1 or >= 0xE0, ..] && lzma2 <= 40)
        {
            input.Skip(1);
            return CodecStreams.Lzma2Raw(input, lzma2, length);
        }

        if (head.Length > PropertiesLength)
            input.Skip(PropertiesLength);
        return CodecStreams.LzmaRaw(input, head.AsSpan(0, Math.Min(head.Length, PropertiesLength)), length);
    }
}
