namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>A decoder that refers back to what it wrote; before the beginning there are zeros, or what the method says.</summary>
/// <param name="length">The length of the output; <see cref="long.MaxValue"/> where the data tells it.</param>
/// <param name="history">The farthest that the method reaches back.</param>
/// <param name="fill">The byte that stands before the beginning.</param>
internal abstract class HistoryStream(CodecInput input, long length, int history = 8 << 10, byte fill = 0) : DecoderStream(input)
{
    private const int Room = 64 << 10;

    private long _left = length;

    protected bool HasRoom => OutputEnd < Output.Length && _left > 0;

    protected sealed override void Produce()
    {
        if (Output.Length == 0)
        {
            // A short member needs no more room than its length.
            Output = new byte[history + (int)Math.Clamp(_left, 1, Room)];
            OutputEnd = history;
            Output.AsSpan(0, history).Fill(fill);
            Prepare(Output.AsSpan(0, history));
        }

        if (OutputEnd > history)
            Output.AsSpan(OutputEnd - history, history).CopyTo(Output);
        OutputStart = OutputEnd = history;
        if (_left <= 0)
            Finished = true;
        else
            Decode();
    }

    /// <summary>Writes bytes while <see cref="HasRoom"/>.</summary>
    protected abstract void Decode();

    /// <summary>Writes what stands before the beginning, where that is not one byte again and again.</summary>
    protected virtual void Prepare(Span<byte> before)
    {
    }

    protected void Put(byte value)
    {
        Output[OutputEnd++] = value;
        _left--;
    }

    /// <summary>Copies what fits; returns how much of the length is left for the next call.</summary>
    /// <exception cref="CodecException">The distance is farther than the method reaches.</exception>
    protected int Copy(int distance, int count)
    {
        if (count > 0 && (uint)(distance - 1) >= (uint)history)
            throw new CodecException("A distance is too large.");
        var now = (int)Math.Min(count, Math.Min(Output.Length - OutputEnd, _left));
        var output = Output;
        var at = OutputEnd;
        if (distance >= now)
        {
            output.AsSpan(at - distance, now).CopyTo(output.AsSpan(at));
            at += now;
        }
        else
        {
            for (var end = at + now; at < end; at++)
                output[at] = output[at - distance];
        }

        OutputEnd = at;
        _left -= now;
        return count - now;
    }
}
