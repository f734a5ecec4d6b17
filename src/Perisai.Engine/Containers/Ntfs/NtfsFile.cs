using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Containers.Ntfs;

/// <summary>What the attributes of a file's records say: its name and parent, its streams, and where its other records are.</summary>
internal sealed class NtfsFile
{
    /// <summary>No file has more streams than fit into this many records.</summary>
    private const int MaxExtensions = 4096;

    private const int MaxList = 1 << 20;
    private const int ListEntryLength = 26;
    private const int DosNames = 2;

    public List<NtfsStream> Streams { get; } = [];

    public string? Name { get; private set; }

    public ulong Parent { get; private set; }

    /// <summary>Takes the attributes of a record. False: they end in nonsense.</summary>
    public bool Add(ReadOnlySpan<byte> record)
    {
        var ok = true;
        bool isEnd;
        for (var at = NtfsRecord.FirstAttribute(record); NtfsRecord.TryGetAttribute(record, ref at, out var attribute, out isEnd);)
        {
            if (attribute.Type == NtfsAttributeType.FileName && attribute.TryGetValue(out var value))
            {
                ok &= TakeName(value);
            }
            else if (attribute.Type == NtfsAttributeType.Data)
            {
                var name = attribute.Name;
                var stream = Streams.Find(known => known.Name == name);
                if (stream is null)
                    Streams.Add(stream = new(name));
                ok &= stream.Add(attribute);
            }
        }

        return ok && isEnd;
    }

    /// <summary>Adds the parts of one stream in a record. Null: the record has none.</summary>
    public static bool? Collect(ReadOnlySpan<byte> record, string name, NtfsStream stream)
    {
        bool? found = null;
        for (var at = NtfsRecord.FirstAttribute(record); NtfsRecord.TryGetAttribute(record, ref at, out var attribute, out _);)
        {
            if (attribute.Type == NtfsAttributeType.Data && attribute.Name == name)
                found = stream.Add(attribute);
        }

        return found;
    }

    /// <summary>The other records of a file, as its list of attributes names them.</summary>
    public static List<long> Extensions(ReadOnlySpan<byte> record, ByteSource source, NtfsVolume volume, IMemberSink sink)
    {
        var numbers = new List<long>();
        for (var at = NtfsRecord.FirstAttribute(record); NtfsRecord.TryGetAttribute(record, ref at, out var attribute, out _);)
        {
            if (attribute.Type != NtfsAttributeType.AttributeList)
                continue;
            byte[] list;
            if (attribute.TryGetValue(out var value))
            {
                list = value.ToArray();
            }
            else
            {
                var stream = new NtfsStream("");
                var pieces = new List<Piece>();
                if (!stream.Add(attribute) || !stream.TryGetPieces(source, volume.ClusterLength, pieces) || stream.Length is < 0 or > MaxList)
                {
                    sink.AddLoss(NtfsFaults.BadAttributeList, -1);
                    continue;
                }

                list = new byte[stream.Length];
                using var content = new PieceStream(pieces);
                if (content.ReadAtLeast(list, list.Length, throwOnEndOfStream: false) < list.Length)
                    sink.AddLoss(NtfsFaults.BadAttributeList, -1);
            }

            ReadList(list, numbers, sink);
        }

        return numbers;
    }

    private static void ReadList(ReadOnlySpan<byte> list, List<long> numbers, IMemberSink sink)
    {
        for (var at = 0; at + ListEntryLength <= list.Length;)
        {
            var entry = list[at..];
            int length = BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]);
            var number = (long)(BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]) & 0xFFFFFFFFFFFF);
            if (length < ListEntryLength || numbers.Count >= MaxExtensions)
            {
                sink.AddLoss(NtfsFaults.BadAttributeList, -1);
                return;
            }

            if (!numbers.Contains(number))
                numbers.Add(number);
            at += length;
        }
    }

    private bool TakeName(ReadOnlySpan<byte> value)
    {
        if (value.Length < 66 || 66 + value[64] * 2 > value.Length)
            return false;
        // A short name stands beside the long one, and only in its absence for it.
        if (Name is not null && value[65] == DosNames)
            return true;
        Name = Encoding.Unicode.GetString(value.Slice(66, value[64] * 2));
        Parent = BinaryPrimitives.ReadUInt64LittleEndian(value) & 0xFFFFFFFFFFFF;
        return true;
    }
}
