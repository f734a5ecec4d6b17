using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Alz;

/// <summary>Reads ALZ archives (ALZip): records behind marks of four bytes; files, a directory that is not needed, an end.</summary>
internal sealed class AlzReader : IContainerReader
{
    public static readonly AlzReader Instance = new();

    private const int EncryptedFlag = 1;
    private const int EncryptionHeaderLength = 12;
    private const int MaxName = 4096;

    public string Name => "alz";

    public FormatDescription Description { get; } = new(
        "ALZ (ALZip)", "stored, deflated and bzip2 files", "unalz and Hauri's notes on the ALZ format")
    {
        Gaps = "encrypted files are reported; volumes are not joined; names are read as Latin-1 where they are in code page 949",
    };

    private static ReadOnlySpan<byte> FileMark => [(byte)'B', (byte)'L', (byte)'Z', 1];

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget, 8);
        while (!sink.ShouldStop)
        {
            var at = reader.Position;
            if (!reader.TryGetSpan(4, out var mark))
            {
                sink.AddLoss(AlzFaults.MissingEnd, at);
                return;
            }

            if (mark.SequenceEqual(FileMark))
            {
                if (ReadFile(reader, source, sink, at) && !sink.ShouldStop)
                    continue;
                return;
            }

            var isDirectory = mark[0] == 'C' && mark[1] == 'L' && mark[2] == 'Z';
            if (isDirectory && mark[3] == 2)
            {
                TrailingData.Add(source, sink, reader.Position, AlzFaults.TrailingData);
                return;
            }

            // The directory's records have twelve bytes more, none of which is needed.
            if (isDirectory && mark[3] == 1)
            {
                if (reader.TrySkip(12))
                    continue;
                sink.AddLoss(AlzFaults.MissingEnd, at);
                return;
            }

            sink.AddLoss(AlzFaults.BadHeader, at);
            var next = reader.IndexOf(FileMark, at + 1);
            if (next < 0)
                return;
            reader.Position = next;
        }
    }

    private static bool ReadFile(BoundedReader reader, ByteSource source, IMemberSink sink, long at)
    {
        if (!reader.TryGetSpan(9, out var fixedPart))
            return Lose();
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart);
        int flags = fixedPart[7];
        var width = flags >> 4;
        var (method, checksum, stored, length) = (0, 0u, 0L, 0L);
        if (width > 0)
        {
            if (width > 8 || !reader.TryGetSpan(6 + 2 * width, out var sizes))
                return Lose();
            method = sizes[0];
            checksum = BinaryPrimitives.ReadUInt32LittleEndian(sizes[2..]);
            stored = Number(sizes.Slice(6, width));
            length = Number(sizes.Slice(6 + width, width));
        }

        if (nameLength > MaxName || stored < 0 || length < 0 || !reader.TryGetSpan(nameLength, out var name))
            return Lose();
        var member = new Member(MemberName.Decode(name).Replace('\\', '/')) { DeclaredLength = length };
        var isEncrypted = (flags & EncryptedFlag) != 0;
        if (isEncrypted && !reader.TrySkip(EncryptionHeaderLength))
            return Lose();
        var offset = reader.Position;
        if (stored > reader.Remaining)
        {
            sink.AddLoss(AlzFaults.Truncated, offset, member.Name);
            stored = reader.Remaining;
        }

        reader.TrySkip(stored);
        // A directory has no lengths.
        if (width == 0)
            return true;
        if (isEncrypted)
            return sink.AddNotScanned(member with { WasEncrypted = true }, NotScannedReason.Encrypted);
        return Add(source, sink, member, method, checksum, offset, stored);

        bool Lose()
        {
            sink.AddLoss(AlzFaults.BadHeader, at);
            return false;
        }
    }

    private static bool Add(ByteSource source, IMemberSink sink, in Member member, int method, uint checksum, long offset, long stored)
    {
        if (method == 0)
            return sink.AddSlice(member, source, offset, stored);
        using var input = new CodecInput(source, offset, stored, sink.Budget);
        using var decoder = Open(method, input);
        if (decoder is null)
            return sink.AddNotScanned(member, NotScannedReason.Unsupported, $"alz: method {method}.");
        var sum = new Crc32();
        using var content = new SummedStream(decoder, sum);
        var more = sink.AddStream(member, content, stored);
        if (decoder.Finished && sum.GetCurrentHashAsUInt32() != checksum)
            sink.AddFault(AlzFaults.Checksum, offset, member.Name);
        return more;
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The caller disposes it.")]
    private static DecoderStream? Open(int method, CodecInput input) => method switch
    {
        1 => CodecStreams.Bzip2(input),
        2 => CodecStreams.Deflate(input),
        _ => null,
    };

    private static long Number(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var index = bytes.Length - 1; index >= 0; index--)
            value = value << 8 | bytes[index];
        return (long)value;
    }
}
