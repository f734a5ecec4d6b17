using System.Buffers.Text;

namespace Perisai.Engine.Containers.Tar;

/// <summary>
/// What the extended headers before a member say of it: pax records (POSIX.1-2001: <c>length key=value\n</c>, the length in
/// decimal and counting itself) and GNU long names.
/// </summary>
internal sealed class TarExtendedAttributes
{
    public string? Path { get; set; }

    public long? Size { get; private set; }

    /// <summary>GNU.sparse.major; 1 means that the map stands before the data.</summary>
    public long SparseMajor { get; private set; }

    public long? SparseRealSize { get; private set; }

    public string? SparseName { get; private set; }

    /// <summary>The map of formats 0.0 and 0.1: offset, length, offset, length …</summary>
    public List<long> SparseMap { get; } = [];

    public bool IsSparse => SparseMajor > 0 || SparseMap.Count > 0;

    /// <summary>Takes the records over; false where one is malformed (those before it hold).</summary>
    public bool AddRecords(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            // Padding after the last record is not forbidden anywhere and occurs.
            if (records[0] == 0)
                return !records.ContainsAnyExcept((byte)0);
            if (!Utf8Parser.TryParse(records, out int length, out var digits) || length <= digits + 1 || length > records.Length
                || records[digits] != ' ')
                return false;
            var record = records[(digits + 1)..length];
            records = records[length..];
            if (record[^1] == '\n')
                record = record[..^1];
            var equals = record.IndexOf((byte)'=');
            if (equals < 0)
                return false;
            if (!Add(record[..equals], record[(equals + 1)..]))
                return false;
        }

        return true;
    }

    private bool Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("path"u8))
            Path = MemberName.Decode(value);
        else if (key.SequenceEqual("size"u8))
            return TryNumber(value, out var size) && (Size = size) >= 0;
        else if (key.SequenceEqual("GNU.sparse.major"u8))
            return TryNumber(value, out var major) && (SparseMajor = major) >= 0;
        else if (key.SequenceEqual("GNU.sparse.size"u8) || key.SequenceEqual("GNU.sparse.realsize"u8) || key.SequenceEqual("SCHILY.realsize"u8))
            return TryNumber(value, out var real) && (SparseRealSize = real) >= 0;
        else if (key.SequenceEqual("GNU.sparse.name"u8))
            SparseName = MemberName.Decode(value);
        else if (key.SequenceEqual("GNU.sparse.offset"u8) || key.SequenceEqual("GNU.sparse.numbytes"u8))
            return AddToMap(value);
        else if (key.SequenceEqual("GNU.sparse.map"u8))
        {
            SparseMap.Clear();
            foreach (var range in value.Split((byte)','))
            {
                if (!AddToMap(value[range]))
                    return false;
            }
        }

        return true;
    }

    private bool AddToMap(ReadOnlySpan<byte> value)
    {
        if (!TryNumber(value, out var number))
            return false;
        SparseMap.Add(number);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && value >= 0;
}
