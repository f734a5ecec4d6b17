using System.Buffers;

namespace Perisai.Engine.Containers.Codecs.Lzma;

/// <summary>
/// The dictionary of an LZMA decoder, which is also its output buffer: it grows as output comes, up to the dictionary size, and is
/// then written round and round. So a header that claims 64 MiB for ten bytes costs nothing.
/// </summary>
internal sealed class LzmaWindow : IDisposable
{
    /// <summary>Wide copies write past their end: neither history that can still be named nor memory behind the buffer may suffer.</summary>
    private const int Margin = 64;

    private const int MinDictionary = 4096;
    private const int FirstCapacity = 64 << 10;

    /// <summary>Larger buffers are not pooled, so that they do not stay.</summary>
    private const int MaxPooled = 16 << 20;

    private readonly int _fullCapacity;
    private readonly DecoderMemory _memory;
    private bool _pooled;

    /// <param name="dictionary">The size that the header claims.</param>
    /// <param name="length">The output's length where it is known and believed to be at most this; else a large number.</param>
    /// <exception cref="CodecException">The budget does not allow that much memory.</exception>
    public LzmaWindow(long dictionary, long length, ScanBudget budget)
    {
        var needed = Math.Min(Math.Clamp(dictionary, MinDictionary, uint.MaxValue), Math.Max(length, MinDictionary)) + Margin;
        if (!budget.AllowsDecoderMemory(needed - Margin) || needed > Array.MaxLength - Margin)
            throw CodecException.TooMuchMemory(needed);
        _fullCapacity = (int)needed;
        _memory = new(budget);
        // No distance may exceed what the buffer can hold, also where the length was a lie.
        DictionarySize = (uint)(needed - Margin);
        Allocate(Math.Min(_fullCapacity, FirstCapacity));
    }

    public uint DictionarySize { get; }

    public byte[] Buffer { get; private set; } = [];

    /// <summary>Bytes of <see cref="Buffer"/> in use before it starts again at the front.</summary>
    public int Capacity { get; private set; }

    /// <summary>Where the next byte goes.</summary>
    public int Position { get; set; }

    /// <summary>Bytes since the dictionary was reset.</summary>
    public long Filled { get; set; }

    /// <summary>Makes room at <see cref="Position"/> by growing or by starting again at the front.</summary>
    /// <exception cref="CodecException">The budget does not allow it to grow.</exception>
    public void MakeRoom()
    {
        if (Position < Capacity)
            return;
        if (Capacity == _fullCapacity)
        {
            Position = 0;
            return;
        }

        var old = Buffer;
        var oldPooled = _pooled;
        var count = Capacity;
        Allocate((int)Math.Min(_fullCapacity, Capacity * 4L));
        Array.Copy(old, Buffer, count);
        if (oldPooled)
            ArrayPool<byte>.Shared.Return(old);
    }

    /// <summary>Copies bytes of the input as they are; returns how many came.</summary>
    public int Append(CodecInput input, int count)
    {
        var got = input.Read(Buffer.AsSpan(Position, Math.Min(count, Capacity - Position)));
        Position += got;
        Filled += got;
        return got;
    }

    public void Dispose()
    {
        _memory.Dispose();
        if (_pooled)
            ArrayPool<byte>.Shared.Return(Buffer);
        var wasLarge = Buffer.Length > MaxPooled + Margin;
        _pooled = false;
        Buffer = [];
        Capacity = Position = 0;
        // The collector would let several of them lie about, as it looks at such arrays only now and then, and would keep their memory for
        // later. Decoding that much took far longer than this takes.
        if (wasLarge)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private void Allocate(int capacity)
    {
        _memory.Reserve(capacity);
        _pooled = capacity <= MaxPooled;
        Buffer = _pooled ? ArrayPool<byte>.Shared.Rent(capacity + Margin) : GC.AllocateUninitializedArray<byte>(capacity + Margin);
        Capacity = capacity;
    }
}
