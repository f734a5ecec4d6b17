using System.IO.Hashing;

namespace Perisai.Engine.Containers.Ace;

/// <summary>
/// Reads ACE archives: a main header, then a header and the data of each file, to the end of the data. Files that are stored come out; the methods of compression
/// were never published, and compressed files are reported under their names. Where a header is damaged, the next one is searched for.
/// </summary>
internal sealed class AceReader : IContainerReader
{
    public static readonly AceReader Instance = new();

    /// <summary>How far the next header is searched for behind a damaged one.</summary>
    private const int MaxSearch = 1 << 20;

    public string Name => "ace";

    public FormatDescription Description { get; } = new(
        "ACE (ace), also behind a program", "stored files; names and lengths of the others",
        "technote of ACE 1.2 (header descriptions), [acefile](https://pypi.org/project/acefile/)'s documentation for ACE 2")
    {
        Gaps = "compressed and encrypted files are reported, volumes are not joined",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        while (!sink.ShouldStop && !reader.AtEnd)
        {
            var at = reader.Position;
            if (AceHeader.TryRead(reader) is not { } header)
            {
                sink.AddLoss(AceFaults.BadHeader, at);
                if (!FindNext(reader, at + 1))
                    return;
                continue;
            }

            if (!header.ChecksumMatches)
            {
                // Its lengths are not to be relied on: what it says is used, and the next header is searched for.
                sink.AddLoss(AceFaults.HeaderChecksum, at);
            }

            var offset = reader.Position;
            if (header.IsFile && !header.IsDirectory && !Add(source, sink, header, offset))
                return;
            if (header.StoredLength <= (ulong)reader.Remaining && header.ChecksumMatches)
            {
                reader.TrySkip((long)header.StoredLength);
                continue;
            }

            if (header.ChecksumMatches)
                sink.AddLoss(AceFaults.Truncated, source.Length, header.Name);
            if (!FindNext(reader, offset))
                return;
        }
    }

    /// <summary>Where an archive ends that begins at an offset: behind the last header whose checksum is right; -1 where none begins there.</summary>
    public static long EndOf(BoundedReader reader, long offset)
    {
        reader.Position = offset;
        if (AceHeader.TryRead(reader) is not { IsMain: true, ChecksumMatches: true })
            return -1;
        var end = reader.Position;
        while (reader.Budget.CheckTime() && AceHeader.TryRead(reader) is { ChecksumMatches: true, IsMain: false } header)
        {
            if (header.StoredLength >= (ulong)reader.Remaining)
                return reader.Length;
            reader.TrySkip((long)header.StoredLength);
            end = reader.Position;
        }

        return end;
    }

    private static bool FindNext(BoundedReader reader, long from)
    {
        var last = Math.Min(reader.Length, from + MaxSearch);
        for (var at = from; at < last && reader.Budget.CheckTime(); at++)
        {
            reader.Position = at;
            // The kind first, as a checksum of each place would cost too much.
            if (!reader.TryPeekSpan(7, out var bytes) || bytes[4] > 5 || (bytes[5] & 1) == 0 || bytes[3] > 16)
                continue;
            if (AceHeader.TryRead(reader) is not { ChecksumMatches: true })
                continue;
            reader.Position = at;
            return true;
        }

        return false;
    }

    private static bool Add(ByteSource source, IMemberSink sink, AceHeader header, long offset)
    {
        var member = new Member(header.Name)
        {
            DeclaredLength = (long)Math.Min(header.OriginalLength, long.MaxValue),
            StoredLength = (long)Math.Min(header.StoredLength, long.MaxValue),
            WasEncrypted = header.IsEncrypted,
        };
        var stored = (long)Math.Min(header.StoredLength, (ulong)(source.Length - offset));
        if (header.IsEncrypted)
            return sink.AddNotScanned(member, NotScannedReason.Encrypted);
        if (header.Method != 0)
            return sink.AddNotScanned(member, NotScannedReason.Unsupported, $"ace: method {header.Method}.");
        if (stored == (long)header.StoredLength && !header.IsPart && Sum(source, sink.Budget, offset, stored) != header.Checksum)
            sink.AddFault(AceFaults.Checksum, offset, header.Name);
        if (!sink.AddSlice(member, source, offset, stored))
            return false;
        return !header.IsPart || sink.AddNotScanned(member, NotScannedReason.MissingVolume, "A part of the file is in another volume.");
    }

    private static uint Sum(ByteSource source, ScanBudget budget, long offset, long length)
    {
        var sum = new Crc32();
        var reader = new BoundedReader(source, budget, offset);
        while (length > 0 && budget.CheckTime() && reader.TryGetSpan((int)Math.Min(BoundedReader.WindowLength, length), out var bytes))
        {
            sum.Append(bytes);
            length -= bytes.Length;
        }

        return ~sum.GetCurrentHashAsUInt32();
    }
}
