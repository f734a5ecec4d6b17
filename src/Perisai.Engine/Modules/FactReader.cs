using System.Runtime.InteropServices;

using Perisai.Engine.Formats;

namespace Perisai.Engine.Modules;

/// <summary>
/// Hands the texts of an object to rules. Numbers and texts lie far apart in most formats, so that texts have a reader (and its window) of their own.
/// </summary>
internal sealed class FactReader
{
    /// <summary>
    /// The longest text that is handed out; longer ones are undefined. 1 MiB: a table may have millions of entries that all claim the whole
    /// file as their text. YARA has no such limit.
    /// </summary>
    public const int MaximumText = 1 << 20;

    private readonly BoundedReader _reader;
    private readonly ArraySegment<byte> _array;

    public FactReader(ByteSource source, ScanBudget budget)
    {
        _reader = new BoundedReader(source, budget);
        if (source.TryGetMemory(out var memory))
            MemoryMarshal.TryGetArray(memory, out _array);
    }

    public ScanBudget Budget => _reader.Budget;

    /// <summary>The bytes at a place; not copied where they lie in memory.</summary>
    public RuleValue Text(long offset, long length)
    {
        if (offset < 0 || length < 0 || length > MaximumText || offset > _reader.Length - length || !_reader.Budget.CheckTime())
            return RuleValue.Undefined;
        if (_array.Array is { } array)
            return RuleValue.Of(array, _array.Offset + (int)offset, (int)length);
        var copy = new byte[length];
        return _reader.TryReadAt(offset, copy) ? RuleValue.Of(copy) : RuleValue.Undefined;
    }

    /// <inheritdoc cref="Text(long, long)"/>
    public RuleValue Text(TextPlace? place) => place is { } known ? Text(known.Offset, known.Length) : RuleValue.Undefined;
}
