using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pictures;

/// <summary>The bytes of a picture in one piece: formats that are read from many places need them so.</summary>
internal sealed class PictureData : IDisposable
{
    private readonly DecoderMemory _memory;

    private PictureData(ReadOnlyMemory<byte> bytes, DecoderMemory memory)
    {
        Bytes = bytes;
        _memory = memory;
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <exception cref="CodecException">There is no memory for them, or they cannot be read.</exception>
    public static PictureData Read(ByteSource source, ScanBudget budget)
    {
        var memory = new DecoderMemory(budget);
        if (source.TryGetMemory(out var bytes))
            return new(bytes, memory);
        memory.Reserve(source.Length);
        var copy = new byte[source.Length];
        var read = source.Read(0, copy);
        budget.ChargeRead(read);
        return new(copy.AsMemory(0, read), memory);
    }

    public void Dispose() => _memory.Dispose();
}
