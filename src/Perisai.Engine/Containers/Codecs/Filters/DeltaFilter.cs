namespace Perisai.Engine.Containers.Codecs.Filters;

/// <summary>Each byte is the difference to the one some places before.</summary>
/// <param name="distance">1 to 256.</param>
internal sealed class DeltaFilter(int distance) : ByteFilter
{
    private readonly byte[] _history = new byte[256];
    private byte _position;

    public override int Undo(Span<byte> data)
    {
        for (var index = 0; index < data.Length; index++)
        {
            data[index] += _history[(byte)(_position - distance)];
            _history[_position++] = data[index];
        }

        return data.Length;
    }
}
