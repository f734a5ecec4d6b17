namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>A decoder that refers back to what it wrote; before the beginning there are zeros.</summary>
/// <param name="length">The length of the output; the data does not tell it.</param>
internal abstract class HistoryStream(CodecInput input, long length) : DecoderStream(input)
{
    /// <summary>The farthest that any of these methods reaches back.</summary>
    private const int History = 8 << 10;
    private const int Room = 64 << 10;

    private long _left = length;

    protected bool HasRoom => OutputEnd < Output.Length && _left > 0;

    protected sealed override void Produce()
    {
        if (Output.Length == 0)
        {
            Output = new byte[History + Room];
            OutputEnd = History;
        }

        Output.AsSpan(OutputEnd - History, History).CopyTo(Output);
        OutputStart = OutputEnd = History;
        if (_left == 0)
            Finished = true;
        else
            Decode();
    }

    /// <summary>Writes bytes while <see cref="HasRoom"/>.</summary>
    protected abstract void Decode();

    protected void Put(byte value)
    {
        Output[OutputEnd++] = value;
        _left--;
    }

    /// <summary>Copies what fits; returns how much of the length is left for the next call.</summary>
    protected int Copy(int distance, int count)
    {
        for (; count > 0 && HasRoom; count--)
            Put(Output[OutputEnd - distance]);
        return count;
    }
}
