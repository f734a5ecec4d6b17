namespace Perisai.Engine;

/// <summary>A part of another source, clipped to it. It does not own the other source.</summary>
internal sealed class SliceByteSource : ByteSource
{
    private readonly ByteSource _parent;
    private readonly long _start;
    private List<ByteRange>? _ranges;

    public SliceByteSource(ByteSource parent, long start, long length)
    {
        _start = Math.Clamp(start, 0, parent.Length);
        Length = Math.Clamp(length, 0, parent.Length - _start);
        // A slice of a slice reads the first parent, so that depth costs nothing.
        if (parent is SliceByteSource slice)
        {
            _parent = slice._parent;
            _start += slice._start;
        }
        else
        {
            _parent = parent;
        }
    }

    public override long Length { get; }

    /// <summary>Those of the other source that lie here.</summary>
    public override IReadOnlyList<ByteRange>? Ranges
    {
        get
        {
            if (_ranges is null && _parent.Ranges is { } all)
            {
                var ranges = new List<ByteRange>();
                foreach (var (start, length) in all)
                {
                    var from = Math.Max(start, _start);
                    var to = Math.Min(start + length, _start + Length);
                    if (to > from)
                        ranges.Add(new(from - _start, to - from));
                }

                _ranges = ranges;
            }

            return _ranges;
        }
    }

    public override int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= Length)
            return 0;
        if (destination.Length > Length - offset)
            destination = destination[..(int)(Length - offset)];
        return _parent.Read(_start + offset, destination);
    }

    internal override bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        if (!_parent.TryGetMemory(out memory))
            return false;
        memory = memory.Slice((int)_start, (int)Length);
        return true;
    }
}
