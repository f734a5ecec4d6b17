namespace Perisai.Engine.Containers.Codecs;

/// <summary>The part of a root's decoder memory that one decoder holds; given back when it is disposed.</summary>
internal sealed class DecoderMemory(ScanBudget budget) : IDisposable
{
    /// <summary>Bytes held.</summary>
    public long Bytes { get; private set; }

    /// <summary>Makes this the number of bytes held, where it is more than before.</summary>
    /// <exception cref="CodecException">The decoders of this root, all layers together, may not hold that much.</exception>
    public void Reserve(long bytes)
    {
        if (bytes <= Bytes)
            return;
        if (!budget.TryReserveMemory(bytes - Bytes))
            throw CodecException.TooMuchMemory(bytes);
        Bytes = bytes;
    }

    public void Dispose()
    {
        budget.ReleaseMemory(Bytes);
        Bytes = 0;
    }
}
