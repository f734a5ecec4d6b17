using System.Buffers.Binary;

namespace Perisai.Engine.Containers.MacBinary;

/// <summary>
/// Reads MacBinary (a header of 128 bytes, then both forks, each filled up to a multiple of 128) and AppleSingle and AppleDouble (a list of
/// entries with numbers that say what they are).
/// </summary>
internal sealed class MacBinaryReader : IContainerReader
{
    public static readonly MacBinaryReader Instance = new();

    private const int HeaderLength = 128;
    private const int AppleHeaderLength = 26;
    private const int AppleEntryLength = 12;
    private const int MaxEntries = 64;
    private const int DataFork = 1;
    private const int ResourceFork = 2;
    private const int RealName = 3;

    public string Name => "macbinary";

    public FormatDescription Description { get; } = new(
        "MacBinary, AppleSingle, AppleDouble", "data and resource forks of MacBinary I to III; all entries of AppleSingle and AppleDouble", "MacBinary III standard; RFC 1740")
    {
        Limits = "64 entries",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (reader.TryPeekSpan(4, out var mark) && mark[0] == 0 && mark[1] == 5 && mark[2] == 0x16)
            ReadApple(reader, sink);
        else
            ReadMacBinary(reader, sink);
    }

    private static void ReadMacBinary(BoundedReader reader, IMemberSink sink)
    {
        if (!reader.TryPeekSpan(HeaderLength, out var header))
        {
            sink.AddLoss(MacBinaryFaults.TruncatedHeader, 0);
            return;
        }

        var name = MemberName.Decode(header.Slice(2, Math.Min(63, (int)header[1])));
        long data = BinaryPrimitives.ReadUInt32BigEndian(header[83..]);
        long resources = BinaryPrimitives.ReadUInt32BigEndian(header[87..]);
        int second = BinaryPrimitives.ReadUInt16BigEndian(header[120..]);
        var at = HeaderLength + Padded(second);
        if (!Add(reader, sink, name, at, data))
            return;
        at += Padded(data);
        if (!Add(reader, sink, name + "/resources", at, resources))
            return;
        TrailingData.Add(reader.Source, sink, at + Padded(resources), MacBinaryFaults.TrailingData);
    }

    private static void ReadApple(BoundedReader reader, IMemberSink sink)
    {
        if (!reader.TryGetSpan(AppleHeaderLength, out var header))
        {
            sink.AddLoss(MacBinaryFaults.TruncatedHeader, 0);
            return;
        }

        int count = BinaryPrimitives.ReadUInt16BigEndian(header[24..]);
        var entries = new List<(uint Kind, long Offset, long Length)>();
        for (var index = 0; index < count && index < MaxEntries; index++)
        {
            if (!reader.TryGetSpan(AppleEntryLength, out var entry))
            {
                sink.AddLoss(MacBinaryFaults.TruncatedHeader, reader.Position);
                break;
            }

            entries.Add((
                BinaryPrimitives.ReadUInt32BigEndian(entry), BinaryPrimitives.ReadUInt32BigEndian(entry[4..]), BinaryPrimitives.ReadUInt32BigEndian(entry[8..])));
        }

        if (count > MaxEntries)
            sink.AddLoss(MacBinaryFaults.TruncatedHeader, AppleHeaderLength, $"{count} entries.");
        var name = "";
        foreach (var (kind, offset, length) in entries)
        {
            reader.Position = offset;
            if (kind == RealName && length <= 1024 && reader.TryPeekSpan((int)length, out var stored))
                name = MemberName.Decode(stored);
        }

        foreach (var (kind, offset, length) in entries)
        {
            var suffix = kind switch { DataFork => "data", ResourceFork => "resources", _ => $"entry-{kind}" };
            var member = name.Length == 0 ? suffix : kind == DataFork ? name : name + "/" + suffix;
            if (kind != RealName && !Add(reader, sink, member, offset, length))
                return;
        }
    }

    private static bool Add(BoundedReader reader, IMemberSink sink, string name, long offset, long length)
    {
        if (length == 0)
            return !sink.ShouldStop;
        if (offset > reader.Length - length)
            sink.AddLoss(MacBinaryFaults.Truncated, reader.Length, name);
        return offset >= reader.Length || sink.AddSlice(new Member(name) { DeclaredLength = length }, reader.Source, offset, length);
    }

    private static long Padded(long length) => length + 127 & ~127L;
}
