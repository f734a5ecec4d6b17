namespace Perisai.Engine.Formats.Elf;

/// <summary>A table of texts that end with a zero byte. It has to begin with one, else it counts as damaged and holds nothing.</summary>
internal sealed class ElfStrings(BoundedReader reader, long start, long end)
{
    /// <summary>Longer names count as missing: a damaged table would make each name run to its end. 64 KiB; compilers' longest are some thousand.</summary>
    private const int MaximumName = BoundedReader.WindowLength;

    /// <summary>Nearly all names are shorter; a first look at so much keeps the reader's window where it is.</summary>
    private const int UsualName = 128;

    private bool? _isUsable;
    private long _endlessFrom;
    private long _endlessTo;

    /// <summary>The name that begins at an index; null where there is none.</summary>
    public TextPlace? Find(uint index)
    {
        _isUsable ??= start >= 0 && start < end && reader.TryPeekAt(start, 1, out var first) && first[0] == 0;
        if (!_isUsable.Value || index > int.MaxValue || index >= end - start)
            return null;
        var length = Find(index, UsualName);
        if (length < 0 && end - start - index > UsualName)
            length = Find(index, MaximumName);
        return length < 0 ? null : new TextPlace(start + index, length);
    }

    /// <summary>The length of a name of less than <paramref name="limit"/> bytes; -1 where it is longer or has no end.</summary>
    private int Find(long index, int limit)
    {
        limit = (int)Math.Min(limit, end - start - index);
        // What was seen to have no zero is not searched again: many symbols may name one endless text.
        var isKnown = index >= _endlessFrom && index < _endlessTo;
        var from = isKnown ? _endlessTo : index;
        if (from >= index + limit)
            return -1;
        reader.Position = start + from;
        var wanted = (int)(index + limit - from);
        var bytes = reader.Peek(wanted);
        var found = bytes[..Math.Min(wanted, bytes.Length)].IndexOf((byte)0);
        if (found >= 0)
            return (int)(from - index) + found;
        if (!isKnown)
            _endlessFrom = index;
        _endlessTo = from + Math.Min(wanted, bytes.Length);
        return -1;
    }
}
