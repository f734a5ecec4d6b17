using System.Text;
using Perisai.Engine.Containers.Appended;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.DotNetBundle;

/// <summary>
/// Hands on the files of a .NET single-file program. The host, an ELF, PE or Mach-O, has a mark of 32 bytes in its data, before which the offset of
/// the header stands; 0 in a host without a bundle. Header: version, number of files, an identifier, from version 2 on the places of two files and
/// flags; then for each file its offset, length, from version 6 on the length of its compressed form (0: not compressed), type and path.
/// Described in dotnet/runtime, <c>src/installer/managed/Microsoft.NET.HostModel/Bundle</c>.
/// </summary>
internal static class DotNetBundleReader
{
    /// <summary>The mark; the scanner looks for the four bytes from 9 on. It is the SHA-256 of a text.</summary>
    private const int MarkLength = 32;

    private const int MarkPlace = 9;

    /// <summary>A self-contained program with everything in it has some hundreds.</summary>
    private const int MaximumFiles = 16_384;

    private const int MaximumPathLength = 4096;

    private static ReadOnlySpan<byte> Mark =>
    [
        0x8B, 0x12, 0x02, 0xB9, 0x6A, 0x61, 0x20, 0x38, 0x72, 0x7B, 0x93, 0x02, 0x14, 0xD7, 0xA0, 0x32,
        0x13, 0xF5, 0xB9, 0xE6, 0xEF, 0xAE, 0x33, 0x18, 0xEE, 0x3B, 0x2D, 0xCE, 0x24, 0xB3, 0x6A, 0xAE,
    ];

    /// <summary>Where the header is that belongs to a mark, if it is one.</summary>
    /// <param name="reader">The host.</param>
    /// <param name="place">Where the four bytes of the mark lie that were found.</param>
    /// <param name="header">Where the header lies.</param>
    public static bool TryFindHeader(BoundedReader reader, long place, out long header)
    {
        header = 0;
        var start = place - MarkPlace - 8;
        if (start < 0)
            return false;
        reader.Position = start;
        if (!reader.TryReadUInt64(out var offset) || !reader.TryPeekSpan(MarkLength, out var mark) || !mark.SequenceEqual(Mark)
            || offset == 0 || offset >= (ulong)reader.Length)
            return false;
        header = (long)offset;
        return true;
    }

    /// <summary>Hands on all files.</summary>
    /// <param name="source">The host.</param>
    /// <param name="header">Where the header lies.</param>
    /// <param name="firstPlace">Where a file may lie at the earliest: behind the mark.</param>
    /// <param name="sink">Takes them.</param>
    /// <param name="handed">Where they lie is added here.</param>
    public static void Read(ByteSource source, long header, long firstPlace, IMemberSink sink, HandedRanges handed)
    {
        var reader = new BoundedReader(source, sink.Budget, header);
        if (!reader.TryReadUInt32(out var version) || !reader.TrySkip(4) || !reader.TryReadUInt32(out var count) || !TryReadText(reader, out _)
            || version >= 2 && !reader.TrySkip(40))
        {
            sink.AddLoss(DotNetBundleFaults.Truncated, header);
            return;
        }

        using var input = new CodecInput(sink.Budget);
        long total = 0;
        for (var index = 0; index < count && !sink.ShouldStop; index++)
        {
            var at = reader.Position;
            ulong packed = 0;
            if (index == MaximumFiles)
            {
                sink.AddLoss(DotNetBundleFaults.TooMany, at);
                return;
            }

            if (!reader.TryReadUInt64(out var offset) || !reader.TryReadUInt64(out var length) || version >= 6 && !reader.TryReadUInt64(out packed)
                || !reader.TrySkip(1) || !TryReadText(reader, out var path))
            {
                sink.AddLoss(DotNetBundleFaults.Truncated, at);
                return;
            }

            var stored = packed != 0 ? packed : length;
            // A file that holds the host would be opened in itself for ever, and files over one another could be any number of bytes.
            if (offset < (ulong)firstPlace)
            {
                sink.AddLoss(DotNetBundleFaults.OutsideFile, at, path);
                continue;
            }

            if (offset > (ulong)source.Length || stored > (ulong)source.Length - offset)
            {
                sink.AddLoss(DotNetBundleFaults.OutsideFile, at, path);
                if (offset >= (ulong)source.Length)
                    continue;
                stored = (ulong)source.Length - offset;
            }

            total += (long)stored;
            if (total > source.Length)
            {
                sink.AddLoss(DotNetBundleFaults.Overlapping, at, path);
                return;
            }

            var member = new Member(path) { DeclaredLength = (long)Math.Min(length, long.MaxValue) };
            handed.Add((long)offset, (long)stored);
            if (packed == 0)
            {
                sink.AddSlice(member, source, (long)offset, (long)stored);
                continue;
            }

            input.Reset(source, (long)offset, (long)stored);
            using var stream = CodecStreams.Deflate(input);
            sink.AddStream(member, stream, (long)stored);
        }
    }

    /// <summary>A length in groups of seven bits, and so many bytes of UTF-8.</summary>
    private static bool TryReadText(BoundedReader reader, out string text)
    {
        text = "";
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (shift > 21 || !reader.TryReadByte(out var group))
                return false;
            length |= (group & 0x7F) << shift;
            if ((group & 0x80) == 0)
                break;
        }

        if (length > MaximumPathLength || !reader.TryGetSpan(length, out var bytes))
            return false;
        text = Encoding.UTF8.GetString(bytes);
        return true;
    }
}
