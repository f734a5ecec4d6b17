namespace Perisai.Engine.Containers.Codecs.Filters;

/// <summary>Reverses the bytes of each word of two or four.</summary>
internal sealed class SwapFilter(int length) : ByteFilter
{
    public override int Undo(Span<byte> data)
    {
        var end = data.Length - data.Length % length;
        for (var at = 0; at < end; at += length)
            data.Slice(at, length).Reverse();
        return end;
    }
}
