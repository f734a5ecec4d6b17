using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.SevenZip;

/// <summary>
/// Finds the header and decodes it where it is packed. Where the start header leads nowhere, the end of the file is searched for one;
/// where there is none, the first packed stream is decoded on the supposition that it is what most archives have.
/// </summary>
internal sealed class SevenZipHeaderFinder(ByteSource source, IMemberSink sink, SevenZipFolderReader folders)
{
    /// <summary>A header that is packed may, in theory, unpack to one that is packed.</summary>
    private const int MaxLayers = 4;

    private const int MaxCandidates = 64;

    /// <summary>Ranges of the source that headers take.</summary>
    public List<(long Start, long End)> Covered { get; } = [];

    /// <summary>What the header tells; null where there is none, which has been reported.</summary>
    public SevenZipArchive? Find()
    {
        Span<byte> bytes = stackalloc byte[SevenZipFormat.StartHeaderLength];
        var count = source.Read(0, bytes);
        sink.Budget.ChargeRead(count);
        if (!SevenZipStartHeader.TryParse(bytes[..count], out var start))
        {
            sink.AddFault(SevenZipFaults.BadStartHeader, 0);
            sink.AddNotScanned(new Member("archive"), NotScannedReason.Damaged, "The start header is not whole.");
            return null;
        }

        Covered.Add((0, SevenZipFormat.StartHeaderLength));
        if (!start.ChecksumMatches)
            sink.AddFault(SevenZipFaults.WrongStartChecksum, 8);
        if (start.Length == 0 && start.ChecksumMatches)
            return new([]);
        var isCut = start.End > source.Length;
        if (isCut)
            sink.AddFault(SevenZipFaults.Truncated, source.Length);
        else if (Read(start) is { } archive)
            return archive;
        if (_isRefused)
            return null;
        if (FindDisplaced() is { } found)
            return found;
        ReportLost(start, isCut);
        Recover();
        return null;
    }

    private bool _isRefused;

    private SevenZipArchive? Read(in SevenZipStartHeader start)
    {
        if (start.Length > SevenZipFormat.MaxHeaderLength || !sink.Budget.AllowsDecoderMemory(start.Length))
        {
            sink.AddFault(SevenZipFaults.HeaderTooLong, start.Offset);
            RefuseLong(start.Length);
            return null;
        }

        var header = new byte[start.Length];
        var count = source.Read(start.Offset, header);
        sink.Budget.ChargeRead(count);
        if (Crc32.HashToUInt32(header) != start.Checksum && start.ChecksumMatches)
            sink.AddFault(SevenZipFaults.WrongHeaderChecksum, start.Offset);
        Covered.Add((start.Offset, start.End));
        return Parse(header, isCertain: true);
    }

    /// <summary>Parses a header, through all layers of packing; null where nothing can be made of it.</summary>
    private SevenZipArchive? Parse(byte[] header, bool isCertain)
    {
        for (var layer = 0; layer < MaxLayers; layer++)
        {
            var room = Math.Max(0, sink.Budget.Limits.MaxObjects - sink.Budget.Objects);
            var reader = new SevenZipHeaderReader(header, sink.Budget, room);
            reader.Read();
            if (reader.Failed && isCertain)
                sink.AddLoss(SevenZipFaults.BadHeader, -1, reader.Failure);
            if (!reader.IsEncoded)
                return reader.Failed && (!isCertain || reader.Archive.SubStreams.Count == 0) ? null : reader.Archive;
            if (reader.Archive.Folders is not [var folder, ..])
                return null;
            var archive = reader.Archive;
            if (folder.UnpackSize > SevenZipFormat.MaxHeaderLength || !sink.Budget.AllowsDecoderMemory(folder.UnpackSize))
            {
                RefuseLong(folder.UnpackSize);
                return null;
            }

            var decoded = folders.ReadWhole(archive, folder, out var problem);
            if (decoded is null)
            {
                var (reason, detail, limit) = problem;
                if (reason != NotScannedReason.Damaged)
                    Refuse(reason, reason == NotScannedReason.Encrypted ? $"The names are encrypted too. {detail}" : detail, limit);
                else if (isCertain)
                    sink.AddFault(SevenZipFaults.BadHeader, -1, detail);
                return null;
            }

            var starts = archive.PackedStarts();
            for (var index = 0; index < starts.Length; index++)
                Covered.Add((starts[index], long.CreateSaturating((Int128)starts[index] + archive.PackedSizes[index])));
            header = decoded;
        }

        return null;
    }

    private void Refuse(NotScannedReason reason, string detail, BudgetLimit limit)
    {
        _isRefused = true;
        sink.AddNotScanned(new Member("archive"), reason, detail, limit);
    }

    private void RefuseLong(long length) => Refuse(
        NotScannedReason.OverBudget, $"Its header has {length} bytes.", length > SevenZipFormat.MaxHeaderLength ? BudgetLimit.None : BudgetLimit.DecoderMemory);

    /// <summary>Searches the last 64 KiB backwards for the first bytes of a header.</summary>
    private SevenZipArchive? FindDisplaced()
    {
        var length = (int)Math.Min(BoundedReader.WindowLength, source.Length - SevenZipFormat.StartHeaderLength);
        if (length <= 0)
            return null;
        var tail = new byte[length];
        var tailStart = source.Length - length;
        length = source.Read(tailStart, tail);
        sink.Budget.ChargeRead(length);
        var candidates = 0;
        for (var at = length - 3; at >= 0 && candidates < MaxCandidates && !sink.ShouldStop; at--)
        {
            // An encoded header with packed streams, or a plain one with main streams.
            if (!(tail[at] == 0x17 && tail[at + 1] == 0x06 || tail[at] == 0x01 && tail[at + 1] == 0x04 && tail[at + 2] == 0x06))
                continue;
            candidates++;
            if (Parse(tail[at..length], isCertain: false) is not { } archive)
            {
                if (_isRefused)
                    return null;
                continue;
            }

            sink.AddFault(SevenZipFaults.DisplacedHeader, tailStart + at);
            Covered.Add((tailStart + at, source.Length));
            return archive;
        }

        return null;
    }

    private void ReportLost(in SevenZipStartHeader start, bool isCut)
    {
        if (isCut && start.ChecksumMatches)
        {
            sink.AddNotScanned(
                new Member("archive"), NotScannedReason.MissingVolume,
                $"It goes on for {start.End - source.Length} bytes behind the end of this file: in further volumes, or it was cut off.");
        }
        else
        {
            sink.AddNotScanned(new Member("archive"), NotScannedReason.Damaged, "Its header cannot be read.");
        }
    }

    /// <summary>Decodes the first packed stream as LZMA with usual properties or as LZMA2, whichever it begins like.</summary>
    private void Recover()
    {
        Span<byte> first = stackalloc byte[1];
        const int Start = SevenZipFormat.StartHeaderLength;
        if (sink.ShouldStop || source.Read(Start, first) < 1 || first[0] is not (0 or 1 or >= 0xE0))
            return;
        using var input = new CodecInput(source, Start, source.Length - Start, sink.Budget);
        // lc = 3, lp = 0, pb = 2, and the largest dictionary that the budget allows: it grows as content comes.
        var limit = (uint)Math.Min(sink.Budget.Limits.MaxDecoderMemory, 1 << 26);
        Span<byte> properties = stackalloc byte[5];
        properties[0] = 0x5D;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(properties[1..], limit);
        using var decoder = first[0] == 0 ? CodecStreams.LzmaRaw(input, properties, long.MaxValue) : new Codecs.Lzma.Lzma2Stream(input, limit, long.MaxValue);
        sink.AddStream(new Member("recovered-stream"), decoder, source.Length - Start);
    }
}
