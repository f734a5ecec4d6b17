using Perisai.Engine;
using Perisai.Linux;

namespace Perisai.Cli.Yara;

/// <summary>The memory of a process as something to scan: offsets are addresses.</summary>
internal sealed class ProcessByteSource(ProcessMemory memory) : ByteSource
{
    private readonly List<ByteRange> _ranges = [.. memory.Loaded.Select(stretch => new ByteRange(stretch.Start, stretch.Length))];

    public override IReadOnlyList<ByteRange> Ranges => _ranges;

    public override long Length => _ranges.Count == 0 ? 0 : _ranges[^1].Start + _ranges[^1].Length;

    public override int Read(long offset, Span<byte> destination)
    {
        var range = Find(offset);
        if (offset < range.Start || offset >= range.Start + range.Length)
            return 0;
        var left = range.Start + range.Length - offset;
        return memory.Read(offset, destination[..(int)Math.Min(destination.Length, left)]);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            memory.Dispose();
    }

    /// <summary>The last range that starts at the offset or before it.</summary>
    private ByteRange Find(long offset)
    {
        int low = 0, high = _ranges.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].Start <= offset)
                low = middle + 1;
            else
                high = middle;
        }

        return low == 0 ? default : _ranges[low - 1];
    }
}
