namespace Perisai.Engine.Modules;

/// <summary>Takes the bytes of a range piece by piece.</summary>
internal delegate void ByteVisitor<T>(ref T state, ReadOnlySpan<byte> bytes);

/// <summary>Ranges of the object that rules name by offset and size.</summary>
internal static class ByteRange
{
    /// <summary>
    /// As YARA takes a range: undefined (false) where a number is negative or the offset is not inside the object; a size that is too large is clipped.
    /// </summary>
    public static bool TryClip(ModuleContext context, long offset, ref long size)
    {
        if (offset < 0 || size < 0 || offset >= context.Length)
            return false;
        size = Math.Min(size, context.Length - offset);
        return true;
    }

    /// <summary>Reads a clipped range; false where the file shrank or the time is up.</summary>
    public static bool TryVisit<T>(ModuleContext context, long offset, long size, ref T state, ByteVisitor<T> visit)
    {
        var reader = context.Reader;
        reader.Position = offset;
        while (size > 0)
        {
            var piece = reader.Peek((int)Math.Min(size, BoundedReader.WindowLength));
            if (piece.IsEmpty || !context.Budget.CheckTime())
                return false;
            if (piece.Length > size)
                piece = piece[..(int)size];
            visit(ref state, piece);
            size -= piece.Length;
            reader.Position += piece.Length;
        }

        return true;
    }
}

/// <summary>Remembers what was computed for ranges of one object, since many rules ask for the same. Bounded: a loop may ask for each offset.</summary>
internal sealed class RangeCache<T>
{
    private const int Capacity = 1024;

    private readonly Dictionary<(int Function, long Offset, long Size), T> _results = [];

    public T GetOrAdd<TState>(int function, long offset, long size, TState state, Func<TState, long, long, T> compute)
    {
        if (_results.TryGetValue((function, offset, size), out var known))
            return known;
        var result = compute(state, offset, size);
        if (_results.Count >= Capacity)
            _results.Clear();
        _results.Add((function, offset, size), result);
        return result;
    }
}
