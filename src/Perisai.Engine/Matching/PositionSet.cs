namespace Perisai.Engine.Matching;

/// <summary>
/// A sorted set of offsets at which a piece may go on. Walking sets instead of trying one way after another makes verification linear
/// in the widths of the gaps, whatever the text is.
/// </summary>
internal sealed class PositionSet
{
    private int[] _items = new int[64];

    public int Count { get; private set; }

    public int this[int index] => _items[index];

    public void Clear() => Count = 0;

    /// <summary>Adds an offset that may be out of order; duplicates are dropped.</summary>
    public void Add(int position)
    {
        var at = Count;
        while (at > 0 && _items[at - 1] > position)
            at--;
        if (at > 0 && _items[at - 1] == position)
            return;
        if (Count == _items.Length)
            Array.Resize(ref _items, _items.Length * 2);
        Array.Copy(_items, at, _items, at + 1, Count - at);
        _items[at] = position;
        Count++;
    }

    /// <summary>Adds a closed range, clipped by the caller; ranges come in ascending order of their start.</summary>
    public void AddRange(int first, int last)
    {
        if (Count > 0)
            first = Math.Max(first, _items[Count - 1] + 1);
        if (first > last)
            return;
        while (Count + last - first + 1 > _items.Length)
            Array.Resize(ref _items, _items.Length * 2);
        for (var position = first; position <= last; position++)
            _items[Count++] = position;
    }
}
