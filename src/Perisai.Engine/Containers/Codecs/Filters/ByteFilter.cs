namespace Perisai.Engine.Containers.Codecs.Filters;

/// <summary>
/// A reversible change of bytes that made them compress better: branch targets made absolute, differences. It works in place,
/// piece by piece.
/// </summary>
internal abstract class ByteFilter
{
    /// <summary>
    /// Undoes the filter on a piece that begins where the last one ended. Returns how many bytes are final; the rest (fewer than
    /// 32) has to be given again at the beginning of the next piece, or is final as it is when no more follows.
    /// </summary>
    public abstract int Undo(Span<byte> data);
}
