using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Compress;

namespace Perisai.Engine.Containers.Arc;

/// <summary>Reads ARC archives: for each file a mark, the method, a name, lengths and a checksum, and the data; the mark and a zero are the end.</summary>
internal sealed class ArcReader : IContainerReader
{
    public static readonly ArcReader Instance = new();

    private const byte Mark = 0x1A;
    private const int NameLength = 13;

    /// <summary>Without the original length, which the first method does not have.</summary>
    private const int HeaderLength = 25;

    private const int StoredWithoutLength = 1;
    private const int Stored = 2;
    private const int Packed = 3;
    private const int Squeezed = 4;
    private const int Crunched = 8;
    private const int Squashed = 9;

    public string Name => "arc";

    public FormatDescription Description { get; } = new(
        "ARC (arc)", "files that are stored, packed, squeezed, crunched with variable codes, squashed", "System Enhancement Associates, ARC 5.20 file format (arc.txt)")
    {
        Gaps = "methods 5 to 7 (crunched with codes of 12 bits) and those of PAK and ARC 6 are reported; nothing says that a file is encrypted: its checksum is then wrong",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        while (!sink.ShouldStop)
        {
            var at = reader.Position;
            if (!reader.TryPeekSpan(2, out var start))
            {
                sink.AddLoss(ArcFaults.MissingEnd, at);
                return;
            }

            if (start[0] == Mark && start[1] == 0)
            {
                TrailingData.Add(source, sink, at + 2, ArcFaults.TrailingData);
                return;
            }

            var method = start[1];
            var length = method == StoredWithoutLength ? HeaderLength : HeaderLength + 4;
            if (start[0] != Mark || !reader.TryGetSpan(length, out var header))
            {
                sink.AddLoss(ArcFaults.BadHeader, at);
                return;
            }

            long stored = BinaryPrimitives.ReadUInt32LittleEndian(header[15..]);
            long original = method == StoredWithoutLength ? stored : BinaryPrimitives.ReadUInt32LittleEndian(header[25..]);
            var member = new Member(MemberName.Decode(header.Slice(2, NameLength))) { DeclaredLength = original, StoredLength = stored };
            var sum = BinaryPrimitives.ReadUInt16LittleEndian(header[23..]);
            if (stored > reader.Remaining)
            {
                sink.AddLoss(ArcFaults.Truncated, source.Length, member.Name);
                stored = reader.Remaining;
            }

            if (!Add(source, sink, member, method, reader.Position, stored, sum))
                return;
            reader.TrySkip(stored);
        }
    }

    private static bool Add(ByteSource source, IMemberSink sink, in Member member, int method, long offset, long stored, ushort checksum)
    {
        using var input = new CodecInput(source, offset, stored, sink.Budget);
        if (Open(input, method) is not { } decoder)
            return sink.AddNotScanned(member, NotScannedReason.Unsupported, $"arc: method {method}.");
        using (decoder)
        {
            // Files that are packed or crunched have their runs taken out before.
            using var inner = method is Squeezed or Crunched or Packed ? new CodecInput(decoder, sink.Budget) : null;
            using var repeats = inner is null ? null : new RepeatStream(inner);
            var sum = Crc16.OfLha();
            using var content = new SummedStream(repeats ?? decoder, sum);
            var more = sink.AddStream(member, content, stored);
            if (content.AtEnd && content.Count < member.DeclaredLength)
                sink.AddLoss(ArcFaults.Truncated, offset, member.Name);
            else if (content.AtEnd && (sum.Value != checksum || content.Count != member.DeclaredLength))
                sink.AddFault(ArcFaults.Checksum, offset, member.Name);
            return more;
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The caller disposes it.")]
    private static DecoderStream? Open(CodecInput input, int method)
    {
        switch (method)
        {
            case StoredWithoutLength or Stored or Packed:
                return new StoredStream(input);
            case Squeezed:
                return new SqueezeStream(input);
            case Crunched:
                // A byte says how long codes get.
                var bits = input.Peek(1) is [>= 9 and <= 16 and var told] ? told : 12;
                input.Skip(1);
                return new CompressStream(input, bits);
            case Squashed:
                return new CompressStream(input, 13);
            default:
                return null;
        }
    }
}
